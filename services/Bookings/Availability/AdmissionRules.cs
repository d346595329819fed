using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Platform.Domain;

namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>A slot under the door's lock, as the requests of a group see it one after the other.</summary>
internal sealed record SlotState(
    Guid Id, Guid OptionId, Guid? VenueDayId, DateOnly LocalDate, DateTimeOffset StartsAt, DateTimeOffset EndsAt,
    DateTimeOffset CutoffAt, int Capacity, bool Closed)
{
    public required int Taken { get; set; }

    /// <summary>Whether a line stands for it: then only the line is served.</summary>
    public bool WaitedFor { get; init; }
}

/// <summary>A venue's day under the door's lock.</summary>
internal sealed record VenueDayState(Guid Id, int Capacity)
{
    public required int Taken { get; set; }
}

/// <summary>The rules of admission over locked state: no database, no clock, no order of its own.</summary>
internal static class AdmissionRules
{
    /// <summary>Free places belong to those who wait.</summary>
    public static readonly Refusal WaitedFor =
        new("waited-for", "Others wait for this slot: stand in line with POST /v1/waiting-parties.");

    private const int Malformed = StatusCodes.Status400BadRequest;
    private const int Absent = StatusCodes.Status404NotFound;
    private const int Conflict = StatusCodes.Status409Conflict;

    /// <summary>Whether a product is sold in this slot at this moment.</summary>
    public static HoldOutcome.Refused? CheckSlot(
        HoldRequest request, Catalogue catalogue, SlotState? slot, DateTimeOffset now)
    {
        if (slot is null || !catalogue.Options.TryGetValue(slot.OptionId, out var sold)
            || (request.OptionId is { } option && option != slot.OptionId)
            || (request.OnlySupplierId is { } supplier && supplier != sold.Product.SupplierId))
        {
            return new(new("unknown-availability", $"There is no availability {request.SlotId} to book."), Absent);
        }

        if (!catalogue.IsOnSale(sold.Product)) return new(new("not-on-sale", "The product is not on sale."), Conflict);
        if (slot.Closed) return new(new("closed", "The slot was closed."), Conflict);
        if (slot.WaitedFor && !request.FromWaitingList) return new(WaitedFor, Conflict);
        return now >= slot.CutoffAt
            ? new(new("past-cutoff", $"Sales ended at {slot.CutoffAt:yyyy-MM-dd'T'HH:mm:ss'Z'}."), Conflict)
            : null;
    }

    /// <summary>Whether these units may be booked together, whatever places there are.</summary>
    public static HoldOutcome.Refused? CheckUnits(IReadOnlyList<HoldUnit> units, Product product, Option option)
    {
        if (units.Count < option.MinUnits || units.Count > option.MaxUnits)
        {
            return Unfit(
                "units-out-of-range",
                $"Between {option.MinUnits} and {option.MaxUnits} units can be booked together, not {units.Count}.");
        }

        var visitors = 0;
        foreach (var asked in units)
        {
            if (option.Units.Find(unit => unit.Id == asked.UnitId) is not { } unit)
            {
                return Unfit("unknown-unit", $"The option has no unit {asked.UnitId}.");
            }

            visitors += unit.PaxCount;
            if (unit.AccompaniedBy.Length > 0 && !IsAccompanied(unit, units, option))
            {
                return Unfit(
                    "accompaniment-required",
                    $"A {unit.Type} unit needs one of {string.Join(", ", unit.AccompaniedBy)} in the same booking.");
            }

            if (!product.RealName) continue;
            if (asked.Identity is null)
            {
                return Unfit(
                    "identity-required", "Real names are required here: give an identity document for every unit.");
            }

            if (asked.AgeBand == "0-13" && !asked.GuardianConsent)
            {
                return Unfit(
                    "guardian-consent-required",
                    "A guardian must consent before a child under 14 gives an identity document (PIPL art. 31).");
            }
        }

        return visitors == 0 ? Unfit("nobody-admitted", "The units admit nobody by themselves.") : null;
    }

    private static bool IsAccompanied(Unit unit, IReadOnlyList<HoldUnit> units, Option option) =>
        units.Any(other => option.Units.Exists(
            known => known.Id == other.UnitId && unit.AccompaniedBy.Contains(known.Type)));

    private static HoldOutcome.Refused Unfit(string code, string reason) => new(new(code, reason), Malformed);

    /// <summary>Takes the places, or says which count is full. Nothing is taken where anything is missing.</summary>
    public static Refusal? Take(SlotState slot, VenueDayState? day, int visitors)
    {
        if (visitors > slot.Capacity - slot.Taken)
        {
            return new("sold-out", $"{slot.Capacity - slot.Taken} places are left in this slot.");
        }

        if (day is not null && visitors > day.Capacity - day.Taken)
        {
            return new("venue-full", $"{day.Capacity - day.Taken} places are left at the venue on that day.");
        }

        slot.Taken += visitors;
        if (day is not null) day.Taken += visitors;
        return null;
    }
}
