using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="Channel">counter, phone or agency: where the merchant's own sale came in.</param>
/// <param name="HoldMinutes">Sold when absent; otherwise held for so long, until a receipt says that it was
/// paid.</param>
public sealed record SellAtCounterRequest(
    Guid AvailabilityId,
    [Required, MinLength(1), MaxLength(200)] IReadOnlyList<HoldUnitRequest> UnitItems,
    [AllowedValues("counter", "phone", "agency", null)] string? Channel = null,
    [RegularExpression("[A-Z]{2}")] string? CountryOfResidence = null,
    ContactRequest? Contact = null,
    [Range(1, 1440)] int? HoldMinutes = null);

/// <summary>
/// A merchant sells its own product for money in the hand: held and confirmed in one transaction. Or it keeps the
/// places of a guest who called, up to a day, until the guest pays at the counter.
/// </summary>
internal static class SellAtCounter
{
    public static async Task<IResult> Handle(
        HttpContext http, SellAtCounterRequest request, Admission admission, PersonalDataVault vault)
    {
        var key = Idempotency.KeyOf(http.Request);
        if (key.IsRefused) return key.Refusal.AsProblem(StatusCodes.Status400BadRequest);
        if (request.UnitItems.Contains(null!)) return HoldPlaces.NullUnit();
        if (HoldPlaces.SealUnits(request.UnitItems, vault) is not { } units) return HoldPlaces.InvalidIdentity();
        if (http.User.MerchantId() is not { } merchant) return TypedResults.Forbid();

        var outcome = await admission.HoldAsync(new HoldRequest
        {
            Caller = Idempotency.CallerOf(http.User),
            Key = key.Value,
            RequestHash = RequestHash.Of(request),
            SlotId = request.AvailabilityId,
            Units = units,
            HoldLength = TimeSpan.FromMinutes(request.HoldMinutes ?? 0),
            Channel = request.Channel ?? Channels.Counter,
            CountryOfResidence = request.CountryOfResidence,
            OnlySupplierId = merchant,
            ConfirmAs = request.HoldMinutes is null ? Authority.Counter : null,
            GuestKey = request.Contact?.Phone is { } phone ? vault.GuestKey(phone) : null,
            Contact = request.Contact is null ? null
                : JsonSerializer.Serialize(request.Contact, JsonSerializerOptions.Web),
            Answer = static (booking, product) => JsonSerializer.Serialize(
                booking.AsResponse(product, booking.CreatedAt), JsonSerializerOptions.Web),
        });
        return HoldPlaces.Answer(outcome);
    }
}
