using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Platform.Domain;
using Jingdezhen.Tourism.Platform.Http;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

/// <param name="AvailabilityId">The slot that is sold out for the party.</param>
/// <param name="UnitItems">The whole party, one entry a ticket; it is offered all of them or nothing.</param>
public sealed record JoinWaitingListRequest(
    Guid AvailabilityId,
    [Required, MinLength(1), MaxLength(200)] IReadOnlyList<WaitingUnitRequest> UnitItems,
    [AllowedValues("app", "web", "mini-program", null)] string? Channel = null,
    [StringLength(64)] string? Source = null,
    [StringLength(64)] string? Campaign = null,
    [RegularExpression("[A-Z]{2}")] string? CountryOfResidence = null);

/// <param name="AgeBand">0-13, 14-17, 18-35, 36-59 or 60+.</param>
/// <param name="Identity">Where real names are required: the hold is made when nobody is there to ask.</param>
public sealed record WaitingUnitRequest(
    Guid UnitId,
    [AllowedValues("0-13", "14-17", "18-35", "36-59", "60+", null)] string? AgeBand = null,
    WaitingIdentityRequest? Identity = null,
    bool GuardianConsent = false);

/// <param name="Type">resident-id or passport.</param>
public sealed record WaitingIdentityRequest(
    [AllowedValues("resident-id", "passport")] string Type, [StringLength(20, MinimumLength = 5)] string Number);

/// <summary>A party stands in line for a slot that is sold out for it.</summary>
internal static class JoinWaitingList
{
    private const int LongestLine = 500;

    private static readonly Refusal PlacesLeft =
        new("places-left", "There are places for the party: book them.");

    private static readonly Refusal AlreadyWaiting =
        new("already-waiting", "This account has a party in the line already.");

    private static readonly Refusal TooLarge =
        new("too-large", "The slot has never had so many places.");

    private static readonly Refusal LineFull =
        new("line-full", $"{LongestLine} parties wait already.");

    public static async Task<Results<Created<WaitingPartyResponse>, ProblemHttpResult>> Handle(
        JoinWaitingListRequest request, ClaimsPrincipal user, BookingsDb db, CatalogueCache catalogues,
        AdmissionGuards guards,
        TouchedSlots touched, PersonalDataVault vault, CancellationToken cancellation)
    {
        if (request.UnitItems.Contains(null!)) return Problems.Invalid("unitItems", "A unit is not null.");
        if (Seal(request.UnitItems, vault) is not { } units) return IdentityDocuments.Invalid();

        var line = await db.LockLineAsync(request.AvailabilityId, guards, cancellation);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var state = await LockedState.ReadAsync(connection, [request.AvailabilityId], [], guards);
        var slot = state.Slots.GetValueOrDefault(request.AvailabilityId);
        var catalogue = await catalogues.AtLeastAsync(state.CatalogueVersion, cancellation);
        var asked = AskedFor(request, units, user, vault);
        if (AdmissionRules.CheckSlot(asked, catalogue, slot, state.Now) is { } unsold)
        {
            return unsold.Refusal.AsProblem(unsold.Status);
        }

        var (product, option) = catalogue.Options[slot!.OptionId];
        if (AdmissionRules.CheckUnits(units, product, option) is { } unfit)
        {
            return unfit.Refusal.AsProblem(unfit.Status);
        }

        var visitors = units.Sum(item => option.Units.Find(unit => unit.Id == item.UnitId)!.PaxCount);
        if (Refuse(slot, AllotPlaces.FreeIn(slot, state), line, visitors, user.AccountId()) is { } refusal)
        {
            return refusal.AsProblem();
        }

        var group = new AdmittedGroup(state.Now);
        foreach (var expired in state.Expired) group.Publish(expired.AsEvent());
        await group.WriteAsync(connection, state);

        var log = await WaitingLog.OpenAsync(db, slot.Id, state.Now, cancellation);
        var party = WaitingParty.Join(asked, product.Id, visitors, arrival: log.Last + 1, state.Now);
        log.Joined(party);
        db.Add(party);
        await db.SaveChangesAsync(cancellation);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE slots SET waited_for = true, version = version + 1 WHERE id = {slot.Id} AND NOT waited_for",
            cancellation);
        touched.Add([slot.Id]);

        var ahead = line.Where(other => other.State == WaitingState.Waiting).ToList();
        return TypedResults.Created(
            $"/v1/waiting-parties/{party.Id}",
            WaitingPartyResponse.Of(party, ahead.Count + 1, ahead.Sum(other => other.Visitors)));
    }

    private static Refusal? Refuse(SlotState slot, int free, List<WaitingParty> line, int visitors, Guid account)
    {
        // Where somebody waits, free places are theirs: whoever comes now stands behind them.
        var waiting = line.Count(party => party.State == WaitingState.Waiting);
        return line.Exists(party => party.AccountId == account) ? AlreadyWaiting
            : visitors > slot.Capacity ? TooLarge
            : waiting == 0 && visitors <= free ? PlacesLeft
            : waiting >= LongestLine ? LineFull
            : null;
    }

    private static HoldRequest AskedFor(
        JoinWaitingListRequest request, List<HoldUnit> units, ClaimsPrincipal user, PersonalDataVault vault) => new()
        {
            Caller = "",
            Key = "",
            RequestHash = [],
            FromWaitingList = true,
            SlotId = request.AvailabilityId,
            Units = units,
            HoldLength = WaitingParty.OfferLength,
            Channel = request.Channel ?? Channels.App,
            Source = request.Source,
            Campaign = request.Campaign,
            CountryOfResidence = request.CountryOfResidence,
            AccountId = user.AccountId(),
            GuestKey = vault.GuestKey(user.AccountId().ToString()),
            Answer = static (_, _) => "",
        };

    private static List<HoldUnit>? Seal(IReadOnlyList<WaitingUnitRequest> items, PersonalDataVault vault)
    {
        if (items.Any(item => item.Identity is { } given && !IdentityDocuments.IsValid(given.Type, given.Number)))
        {
            return null;
        }

        return [.. items.Select(item => new HoldUnit(
            item.UnitId, item.AgeBand,
            item.Identity is { } given ? IdentityDocuments.Seal(given.Type, given.Number, vault) : null,
            item.GuardianConsent))];
    }
}
