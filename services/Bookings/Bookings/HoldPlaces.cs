using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;

namespace Jingdezhen.Tourism.Bookings.Bookings;

/// <param name="AvailabilityId">The slot, from the search of availability.</param>
/// <param name="UnitItems">One entry a ticket.</param>
/// <param name="Channel">app, web or mini-program.</param>
/// <param name="HoldMinutes">How long to hold, 1 to 30; 15 when absent.</param>
/// <param name="CountryOfResidence">ISO 3166-1 alpha-2.</param>
public sealed record HoldPlacesRequest(
    Guid AvailabilityId,
    [Required, MinLength(1), MaxLength(200)] IReadOnlyList<HoldUnitRequest> UnitItems,
    [AllowedValues("app", "web", "mini-program", null)] string? Channel = null,
    [Range(1, 30)] int? HoldMinutes = null,
    [StringLength(64)] string? Source = null,
    [StringLength(64)] string? Campaign = null,
    [RegularExpression("[A-Z]{2}")] string? CountryOfResidence = null,
    ContactRequest? Contact = null);

/// <param name="AgeBand">0-13, 14-17, 18-35, 36-59 or 60+.</param>
/// <param name="GuardianConsent">A guardian agrees to the use of a child's document.</param>
public sealed record HoldUnitRequest(
    Guid UnitId,
    [AllowedValues("0-13", "14-17", "18-35", "36-59", "60+", null)] string? AgeBand = null,
    IdentityRequest? Identity = null,
    bool GuardianConsent = false);

public sealed record ContactRequest(
    [StringLength(80)] string? FullName = null, [StringLength(254), EmailAddress] string? Email = null,
    [StringLength(20), Phone] string? Phone = null, [StringLength(10)] string? Language = null);

internal static class HoldPlaces
{
    private const int DefaultMinutes = 15;

    public static async Task<IResult> Handle(
        HttpContext http, HoldPlacesRequest request, Admission admission, PersonalDataVault vault)
    {
        var key = Idempotency.KeyOf(http.Request);
        if (key.IsRefused) return key.Refusal.AsProblem(StatusCodes.Status400BadRequest);
        if (request.UnitItems.Contains(null!)) return NullUnit();
        if (SealUnits(request.UnitItems, vault) is not { } units) return InvalidIdentity();

        var account = http.User.AccountId();
        var outcome = await admission.HoldAsync(new HoldRequest
        {
            Caller = Idempotency.CallerOf(http.User),
            Key = key.Value,
            RequestHash = RequestHash.Of(request),
            SlotId = request.AvailabilityId,
            Units = units,
            HoldLength = TimeSpan.FromMinutes(request.HoldMinutes ?? DefaultMinutes),
            Channel = request.Channel ?? Channels.App,
            Source = request.Source,
            Campaign = request.Campaign,
            CountryOfResidence = request.CountryOfResidence,
            AccountId = account,
            GuestKey = vault.GuestKey(request.Contact?.Phone ?? account.ToString()),
            Contact = request.Contact is null ? null
                : JsonSerializer.Serialize(request.Contact, JsonSerializerOptions.Web),
            Answer = static (booking, product) =>
                JsonSerializer.Serialize(booking.AsResponse(product, booking.CreatedAt), JsonSerializerOptions.Web),
        });
        return Answer(outcome);
    }

    /// <summary>The documents of a request, sealed; null when one of them cannot be a document.</summary>
    public static List<HoldUnit>? SealUnits(IReadOnlyList<HoldUnitRequest> items, PersonalDataVault vault)
    {
        if (items.Any(
            item => item.Identity is { } identity
            && !IdentityDocuments.IsValid(identity.Type, identity.Number))) return null;

        return items.Select(item => new HoldUnit(
            item.UnitId, item.AgeBand, item.Identity is { } given
                ? IdentityDocuments.Seal(given.Type, given.Number, vault) : null,
            item.GuardianConsent)).ToList();
    }

    public static IResult InvalidIdentity() => IdentityDocuments.Invalid();

    public static IResult NullUnit() => Problems.Invalid("unitItems", "A unit is not null.");

    public static IResult Answer(HoldOutcome outcome) => outcome switch
    {
        HoldOutcome.Held held => new HeldResult(held.Answer),
        HoldOutcome.Replayed replayed => new HeldResult(replayed.Answer),
        HoldOutcome.Refused { Status: StatusCodes.Status503ServiceUnavailable } overloaded =>
            new RetryResult(overloaded.Refusal.AsProblem(503)),
        HoldOutcome.Refused refused => refused.Refusal.AsProblem(refused.Status),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>The stored answer as it is: first answer and replay are the same bytes.</summary>
    private sealed class HeldResult(string answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            httpContext.Response.ContentType = "application/json; charset=utf-8";

            // The answer begins with {"id":"…": the location need not be stored beside it.
            httpContext.Response.Headers.Location = string.Concat("/v1/bookings/", answer.AsSpan(7, 36));
            var bytes = Encoding.UTF8.GetBytes(answer);
            httpContext.Response.ContentLength = bytes.Length;
            return httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
        }
    }

    private sealed class RetryResult(IResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "1";
            return problem.ExecuteAsync(httpContext);
        }
    }
}
