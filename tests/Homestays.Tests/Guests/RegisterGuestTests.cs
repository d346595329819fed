using System.Text;
using Jingdezhen.Tourism.Contracts.Homestays.V1;
using Jingdezhen.Tourism.Homestays.Guests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Jingdezhen.Tourism.Homestays.Tests.Guests;

public sealed class RegisterGuestTests(HomestaysFixture homestays) : IClassFixture<HomestaysFixture>
{
    private const string Number = "11010519491231002X";

    private async Task<(House House, Guid Stay, HttpClient Guest)> Confirmed(int adults = 2)
    {
        var house = await homestays.Host();
        var guest = homestays.As("tourist");
        var stay = await guest.PostAsync("/v1/stays", new
        {
            roomId = house.Room.Id, arrival = homestays.Today, departure = homestays.Today.AddDays(1), adults,
        }).Id();
        await homestays.Deliver(new ConfirmStay(stay, null, 30_000, "payment"));
        return (house, stay, guest);
    }

    [Theory]
    [InlineData(Number, true)]
    [InlineData("110105194912310021", false)]
    [InlineData("11010519491331002X", false)]
    [InlineData("110105209912310026", false)]
    [InlineData("1101051949123100", false)]
    [InlineData("0101051949123100２X", false)]
    public void A_residents_number_has_a_day_of_birth_and_a_check_character(string number, bool good) =>
        Assert.Equal(good, IdentityNumber.Fault("resident-id", number, new DateOnly(2026, 1, 1)) is null);

    [Fact]
    public async Task What_is_registered_is_ciphertext_in_the_database_and_masked_in_every_answer()
    {
        var (house, stay, guest) = await Confirmed();

        var answer = await (await guest.PostAsync($"/v1/stays/{stay}/guests",
            new { name = "欧阳小明", documentKind = "resident-id", documentNumber = Number.ToLowerInvariant() }))
                .Content.ReadAsStringAsync();
        var list = await (await homestays.As("host", merchant: house.Merchant).GetAsync($"/v1/stays/{stay}/guests"))
            .Content.ReadAsStringAsync();

        foreach (var text in new[] { answer, list })
        {
            Assert.DoesNotContain(Number, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("小明", System.Text.RegularExpressions.Regex.Unescape(text), StringComparison.Ordinal);
            Assert.Contains("110*************2X", text, StringComparison.Ordinal);
        }

        var row = await homestays.Read(db => db.RegisteredGuests.AsNoTracking().SingleAsync(g => g.StayId == stay));
        Assert.DoesNotContain(Number, Encoding.Latin1.GetString(row.DocumentCipher), StringComparison.Ordinal);
        var people = homestays.Services.GetRequiredService<PersonalData>();
        Assert.Equal(Number, people.Decrypt(row.DocumentCipher, row.Id));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() =>
            people.Decrypt(row.DocumentCipher, Guid.CreateVersion7()));
        Assert.Equal("409 already-registered", await guest.PostAsync($"/v1/stays/{stay}/guests",
            new { name = "欧阳小明", documentKind = "resident-id", documentNumber = Number }).Code());
    }

    [Fact]
    public async Task The_host_exports_who_sleeps_here_tonight_and_nobody_else_does()
    {
        var (house, stay, guest) = await Confirmed();
        using var host = homestays.As("host", merchant: house.Merchant);
        await guest.PostAsync($"/v1/stays/{stay}/guests",
            new { name = "=张三,四", documentKind = "resident-id", documentNumber = Number });
        await host.PostAsync($"/v1/host/stays/{stay}/check-in");
        var path = $"/v1/host/guest-register?night={homestays.Today:O}";

        var csv = await (await host.GetAsync(path)).Content.ReadAsStringAsync();

        Assert.Contains($"\"'=张三,四\",CN,resident-id,{Number}", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, await (await homestays.As("host", merchant: Guid.CreateVersion7()).GetAsync(path))
            .Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal("403 forbidden", await guest.GetAsync(path).Code());
    }

    [Fact]
    public async Task A_child_under_fourteen_needs_a_guardian_who_consents()
    {
        var (_, stay, guest) = await Confirmed();
        object Child(string? guardian, bool consents) => new
        {
            name = "小雨", documentKind = "passport", documentNumber = "E12345678", nationality = "FR",
            bornOn = homestays.Today.AddYears(-14).AddDays(1), guardianName = guardian, guardianConsents = consents,
        };

        Assert.Equal("400 invalid", await guest.PostAsync($"/v1/stays/{stay}/guests", Child(null, true)).Code());
        Assert.Equal("400 invalid", await guest.PostAsync($"/v1/stays/{stay}/guests", Child("母亲", false)).Code());
        var made = await guest.PostAsync($"/v1/stays/{stay}/guests", Child("母亲", true)).Body();

        Assert.True(made.GetProperty("underFourteen").GetBoolean());
        Assert.NotEqual(default, made.GetProperty("guardianConsentAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task No_more_guests_than_the_stay_is_for_and_none_of_a_strangers_stay()
    {
        var (_, stay, guest) = await Confirmed(adults: 1);
        object Passport(string number) => new { name = "A", documentKind = "passport", documentNumber = number,
            nationality = "FR", bornOn = "1990-01-01" };

        Assert.Equal("404 not-found", await homestays.As("tourist")
            .PostAsync($"/v1/stays/{stay}/guests", Passport("E11111")).Code());
        Assert.Equal("400 invalid", await guest.PostAsync($"/v1/stays/{stay}/guests", Passport("e-1")).Code());
        Assert.Equal("201", await guest.PostAsync($"/v1/stays/{stay}/guests", Passport("E11111")).Code());
        Assert.Equal("409 too-many-guests", await guest.PostAsync($"/v1/stays/{stay}/guests", Passport("E22222"))
            .Code());
    }
}
