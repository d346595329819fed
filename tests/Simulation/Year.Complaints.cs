using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;

namespace Jingdezhen.Tourism.Simulation;

/// <summary>What went wrong, and what became of it.</summary>
public sealed partial class Year
{
    private static readonly string[] Categories = ["price", "quality", "lodging", "ticket"];
    private static readonly string[] Outcomes =
        ["agreed", "agreed", "agreed", "agreed", "terminated", "declined", "withdrawn", "declined-duplicate"];

    private void Complain(DateOnly day)
    {
        var (id, filed, category, outcome) = (NewId(), At(day), Pick(Categories), Pick(Outcomes));
        var isHosts = category == "lodging";
        var listing = isHosts ? Pick(Listings) : null;
        var product = Pick(_products);
        var (merchant, county) = (listing?.Merchant ?? product.Merchant, listing?.County ?? product.County);
        var channel = Pick("app", "web", "phone");
        Tell(filed, new CaseFiled(
            id, merchant, null, null, null, product.Venue, county, category, channel, 1, 9_500));

        int? toAccept = Chance(0.9) ? _random.Next(60, 90_000) : null;
        DateTimeOffset? accepted = toAccept is { } seconds ? filed.AddSeconds(seconds) : null;
        if (accepted is { } then) Tell(then, new CaseAccepted(id, merchant, county, category, filed));

        int? toDecide = outcome == "withdrawn" ? null : _random.Next(100_000, 400_000);
        DateTimeOffset? decided = toDecide is { } length ? filed.AddSeconds(length) : null;
        var (met, breached) = (_random.Next(0, 6), _random.Next(0, 3));
        if (Chance(0.2)) Tell(filed.AddDays(6), Closed("agreed", 1, met + 1));
        Tell(filed.AddDays(5), Closed(outcome, 2, met));
        Ask(day.AddDays(5), null);

        var paid = outcome == "agreed" && Chance(0.6) ? _random.Next(5_000, 90_000) : 0L;
        var (toPay, approved, isRecovered) = (_random.Next(5, 1_800), filed.AddHours(30), paid > 0 && Chance(0.7));
        var settled = approved.AddSeconds(toPay);
        if (paid > 0) Compensate();
        var record = new CaseRecord(
            filed, merchant, county, product.Venue, channel, category, outcome, toAccept, accepted, toDecide, decided,
            filed.AddDays(5), met, breached, paid, toPay, paid > 0 ? settled : null, isRecovered ? paid : 0,
            isRecovered ? approved.AddDays(9) : null, isHosts, listing?.Village);
        Cases.Add(record);
        if (Chance(0.3)) Breach(Pick("accept", "decide"), Pick("fast", "fast", "legal"));

        CaseClosed Closed(string how, long version, int metClocks) => new(
            id, merchant, null, product.Venue, county, category, how, filed, accepted, decided, metClocks, breached,
            version, channel);

        void Breach(string clock, string kind)
        {
            var late = filed.AddHours(_random.Next(1, 100));
            Breaches.Add(new(DayOf(late), clock, kind, record));
            Tell(late, new ClockBreached(id, clock, kind, late, "rule", 1));
        }

        void Compensate()
        {
            var (compensation, recourse) = (NewId(), NewId());
            Tell(approved, new CompensationApproved(
                compensation, id, merchant, county, category, paid, filed, approved));
            Tell(settled, new CompensationPaid(
                compensation, id, merchant, county, category, paid, approved, settled));
            Money.Add(new(DayOf(settled), "paid-out", "compensation", null, paid));
            Tell(settled, new PayoutSettled(NewId(), "k", "compensation", id, NewId(), paid, "CNY", settled));
            Tell(approved.AddHours(1), new RecourseOpened(recourse, compensation, id, merchant, paid));
            Tell(approved.AddDays(9), new RecourseSettled(
                recourse, id, merchant, isRecovered ? "repaid" : "written-off", paid, isHosts ? "host" : "supplier",
                county, category, listing?.Village));
        }
    }
}
