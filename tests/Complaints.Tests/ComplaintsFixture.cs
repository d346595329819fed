using System.Net.Http.Json;
using System.Text.Json;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Clocks;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Storage;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Jingdezhen.Tourism.Complaints.Tests;

/// <summary>Complaints with a fund of a million yuan, and the words in which its tests speak.</summary>
public class ComplaintsFixture : ServiceFixture<ComplaintsDb>, IAsyncLifetime
{
    public const string ClosedVenue = "not-redeemed-closed-venue";
    public const long OpeningFen = 100_000_000;

    private readonly string _evidence = Path.Combine(Path.GetTempPath(), $"jdz-evidence-{Guid.CreateVersion7():N}");

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        if (Directory.Exists(_evidence)) Directory.Delete(_evidence, recursive: true);
    }

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Secrets:Key"] = Convert.ToBase64String(new byte[32]),
        ["Fund:OpeningFen"] = $"{OpeningFen}",
        ["Evidence:Folder"] = _evidence,
    };

    public DateTimeOffset Now => Clock.GetUtcNow();

    protected override Task PrepareAsync() => Eventually.Equal(
        1, () => Read(db => Task.FromResult(db.Set<Platform.Ledger.LedgerEntry>().Count())));

    public Task<Guid> Merchant(params string[] consents) => Join("supplier", consents);

    public async Task<Guid> Join(string kind, params string[] consents)
    {
        var id = Guid.CreateVersion7();
        await Deliver(new MerchantJoined(
            id, kind, "窑口陶坊", "Zhushan", "L-1", consents.Length > 0, consents, Version: 1));
        return id;
    }

    /// <summary>A paid booking of yesterday; where the venue was closed, nobody went in.</summary>
    public async Task<Guid> Booking(
        Guid? account, Guid merchant, long paidFen = 20_000, bool closed = false, string? guestKey = null)
    {
        var (id, slot, product) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var starts = Now.AddDays(-1);
        await Deliver(new BookingConfirmed(
            id, null, account, product, Guid.CreateVersion7(), slot, merchant, "ancient-kiln-expo", "Zhushan", "kiln",
                false,
            "app", null, null, guestKey, "CN", new Dictionary<string, int>(), 2, 2, paidFen, "CNY", "payment", starts,
            starts.AddHours(2), starts.AddDays(-3)));
        if (closed)
        {
            await Deliver(new AvailabilityChanged(
                slot, product, Guid.CreateVersion7(), merchant, "ancient-kiln-expo", starts, starts.AddHours(2),
                    "CLOSED", 50, 0, 2));
        }

        return id;
    }

    public static object Complaint(
        Guid? purchase = null, long claimedFen = 20_000, string facts = "窑址关门，没有人接待 the kiln was closed",
        string phone = "13879800001", DateOnly? on = null, Guid? merchant = null, string category = "ticket") => new
    {
        category, facts, remedy = "退还门票 refund the tickets", claimedFen, phone, channel = "app", name = "王小明",
        purchaseId = purchase, merchantId = merchant, happenedOn = on,
    };

    public static async Task<CaseResponse> File(HttpClient http, object complaint)
    {
        var answer = await http.PostAsync("/v1/cases", complaint);
        return await answer.Body<CaseResponse>();
    }

    /// <summary>A case of a tourist against a merchant without consent: people have to decide it.</summary>
    public async Task<(Guid Account, CaseResponse Case)> Filed(Guid? merchant = null, long paidFen = 20_000,
        long? claimedFen = null)
    {
        var account = Guid.CreateVersion7();
        var booking = await Booking(account, merchant ?? await Merchant(), paidFen);
        return (account, await File(As("tourist", account), Complaint(booking, claimedFen ?? paidFen)));
    }

    /// <summary>An operator has found everything clear, and the merchant refuses.</summary>
    public async Task<(Guid Account, Guid Id)> Proven(HttpClient @operator, Guid merchant, long paidFen = 20_000,
        bool fraud = false)
    {
        var (account, filed) = await Filed(merchant, paidFen);
        foreach (var step in (string[])["acknowledge", "accept", "ask-merchant"]) await Do(@operator, filed.Id, step);
        (await As("merchant", merchant: merchant).PostAsync($"/v1/cases/{filed.Id}/answer", new { answer = "contest" }))
            .EnsureSuccessStatusCode();
        await Find(@operator, filed.Id, fraud);
        return (account, filed.Id);
    }

    public static async Task Find(HttpClient @operator, Guid id, bool fraud = false, bool liable = true) =>
        (await @operator.PostAsync($"/v1/cases/{id}/finding", new
        {
            touristAtFault = false, factsClear = true, evidenceSuffices = true, liabilityClear = true, liable, fraud,
        })).EnsureSuccessStatusCode();

    public static async Task<CaseResponse> Do(HttpClient http, Guid id, string step, object? body = null) =>
        await (await http.PostAsync($"/v1/cases/{id}/{step}", body ?? new { })).Body<CaseResponse>();

    /// <summary>A case that the records alone prove, approved by rule; not paid out yet.</summary>
    public async Task<(Guid Account, CaseResponse Case)> Clear(Guid merchant)
    {
        var account = Guid.CreateVersion7();
        return (account, await File(As("tourist", account), Complaint(await Booking(account, merchant, closed: true))));
    }

    public Task<RefundSettled> Refund(Guid booking, long amountFen) => Told(new RefundSettled(
        Guid.CreateVersion7(), "r", Guid.CreateVersion7(), "p", "booking", booking, amountFen, "CNY", Now));

    private async Task<T> Told<T>(T message) where T : class
    {
        await Deliver(message);
        return message;
    }

    public async Task<CompensationResponse> Compensation(Guid id) =>
        (await As("admin").GetFromJsonAsync<List<CompensationResponse>>(
            new Uri($"/v1/compensations/of-case/{id}", UriKind.Relative), Calls.Json))!.Last();

    /// <summary>Payments has paid what it was asked to pay for a case.</summary>
    public async Task<PayoutSettled> PaidOut(Guid caseId, int times = 1)
    {
        var asked = await Published<RequestPayout>(message => message.SubjectId == caseId);
        var settled = new PayoutSettled(
            Guid.CreateVersion7(), asked.Key, asked.Purpose, asked.SubjectId, asked.PayeeId, asked.AmountFen, "CNY",
                Now);
        await Deliver(settled, times);
        return settled;
    }

    public Task<long> Balance(string account) =>
        Read(db => Platform.Ledger.Ledger.BalanceAsync(db, account, CancellationToken.None));

    public async Task Sweep(DateTimeOffset moment)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SweepClocks>().RunAsync(moment, CancellationToken.None);
    }

    public Task<HttpResponseMessage> Approve(Guid compensation, Guid? person = null) =>
        As("operator", person).PostAsync($"/v1/compensations/{compensation}/approve");

    /// <summary>The same fixture with other settings, to be disposed of by the test that made it.</summary>
    public static async Task<ComplaintsFixture> With(params (string Name, string Value)[] settings)
    {
        var fixture = new Other(settings);
        await fixture.InitializeAsync();
        return fixture;
    }

    private sealed class Other((string Name, string Value)[] settings) : ComplaintsFixture
    {
        protected override IReadOnlyDictionary<string, string> Settings
        {
            get
            {
                var all = new Dictionary<string, string>(base.Settings);
                foreach (var (name, value) in settings) all[name] = value;
                return all;
            }
        }
    }

    /// <summary>Runs SQL as the owner: moves a deadline, takes a constraint away.</summary>
    public async Task Sql(string sql)
    {
        await using var connection = new NpgsqlConnection(OwnerConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

internal static class Calls
{
    public static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public static async Task<HttpResponseMessage> PostAsync(
        this HttpClient http, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString());
        request.Content = body is byte[] bytes ? new ByteArrayContent(bytes) : JsonContent.Create(body ?? new { });
        return await http.SendAsync(request);
    }

    public static Task<HttpResponseMessage> GetAsync(this HttpClient http, string path) =>
        http.GetAsync(new Uri(path, UriKind.Relative));

    public static async Task<T> Body<T>(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<T>(text, Json)!;
    }

    public static async Task<T> Get<T>(this HttpClient http, string path) => await (await http.GetAsync(path))
        .Body<T>();

    public static async Task<string> Code(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString()!;
}
