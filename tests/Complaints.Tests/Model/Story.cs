using System.Collections.Concurrent;
using System.Data;
using CsCheck;
using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Recourses;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Complaints.Tests.Model;

/// <summary>One command of a story: what is done, to which of the world's things, by whom.</summary>
internal sealed record Move(string What, int Thing, int Who);

/// <summary>
/// A small world in which everything meets everything: an account's booking with three cases, a booking from the
/// counter with
/// three claimants who are heard on the phone; two operators; moves in any order through two replicas at once; news
/// late, twice, and for things that are over.
/// </summary>
internal sealed class Story(Replicas replicas)
{
    private const long PaidFen = 60_000;
    private const int Hands = 8;

    private static readonly string[] Whats =
    [
        "acknowledge", "accept", "ask-merchant", "answer", "answer", "finding", "request", "request", "approve",
        "approve", "approve", "settle", "settle", "fail", "repay", "repay", "late", "withdraw", "close", "reopen",
        "mediate", "agree", "file", "refund", "refund", "claw-back", "claw-back", "cancel", "offer", "promise-kept",
    ];

    public static readonly Gen<Move[]> Moves =
        Gen.Select(Gen.Int[0, Whats.Length - 1], Gen.Int[0, 5], Gen.Int[0, 3], (what, thing, who) =>
            new Move(Whats[what], thing, who)).Array[80];

    private readonly List<Guid> _cases = [];
    private readonly List<string> _faults = [];
    private readonly Guid _merchant = Guid.CreateVersion7();
    private readonly ConcurrentDictionary<(Guid Booking, Guid Refund), long> _refunds = new();
    private readonly Guid _clerk = Guid.CreateVersion7();
    private readonly Guid[] _operators = [Guid.CreateVersion7(), Guid.CreateVersion7()];
    private readonly Guid _account = Guid.CreateVersion7();
    private readonly Guid[] _bookings = [Guid.CreateVersion7(), Guid.CreateVersion7()];

    /// <returns>What was wrong in the end; nothing where every rule held.</returns>
    public async Task<IReadOnlyList<string>> TellAsync(Move[] moves)
    {
        await BeginAsync();

        // All second approvals at once, and then whatever comes.
        moves = [.. Enumerable.Range(0, 6).Select(thing => new Move("approve", thing, Who: 1)), .. moves];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Hands).Select(async hand =>
        {
            for (var turn = Interlocked.Increment(ref next); turn < moves.Length; turn = Interlocked.Increment(
                ref next))
            {
                await DoAsync(moves[turn], hand);
            }
        }));
        await Eventually.Equal(0, () => replicas.ReadAsync(db => db.Set<Platform.Messaging.OutboxMessage>()
            .CountAsync()));
        await SettleAllAsync();

        // What was refunded has been heard of before anyone judges.
        foreach (var booking in _bookings)
        {
            var back = _refunds.Where(refund => refund.Key.Booking == booking).Sum(refund => refund.Value);
            await Eventually.Holds(
                () => replicas.ReadAsync(db => db.Purchases.Where(row => row.Id == booking)
                    .Select(row => row.RefundedFen).SingleAsync()), heard => heard >= back);
        }

        return await JudgeAsync();
    }

    // Every claimant has a case that is ready to be decided: the moves begin where the money is.
    private async Task BeginAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (index, booking) in _bookings.Index())
        {
            await replicas.PublishAsync(
                new BookingConfirmed(
                    booking, null, index == 0 ? _account : null, Guid.CreateVersion7(), Guid.CreateVersion7(),
                        Guid.CreateVersion7(), _merchant,
                    "ancient-kiln-expo", "Zhushan", "kiln", false, "app", null, null, null, "CN",
                        new Dictionary<string, int>(), 2, 2,
                    PaidFen, "CNY", "payment", now.AddDays(-1), now.AddDays(-1).AddHours(2), now.AddDays(-3)),
                RefundOf(booking, now));
        }

        await Eventually.Equal(2, () => replicas.ReadAsync(db => db.Purchases.CountAsync(
            row => _bookings.Contains(row.Id) && row.RefundedFen == 10_000 && row.ConfirmedAt != null)));
        for (var claim = 0; claim < 6; claim++)
        {
            await FileAsync(claim, claim);
            var id = _cases[^1];
            foreach (var step in (string[])["acknowledge", "accept", "ask-merchant", "answer", "finding"])
            {
                await DoAsync(new(step, claim, Who: 2 + claim % 2), claim);
            }

            await PostAsync(claim, "operator", _operators[0], $"/v1/compensations/of-case/{id}", new { });
            await DoAsync(new("approve", claim, Who: 0), claim);
        }
    }

    private RefundSettled RefundOf(Guid booking, DateTimeOffset now)
    {
        var refund = Guid.CreateVersion7();
        _refunds[(booking, refund)] = 10_000;
        return new(refund, "r", Guid.CreateVersion7(), "p", "booking", booking, 10_000, "CNY", now);
    }

    private async Task DoAsync(Move move, int hand)
    {
        if (move.What == "file")
        {
            await FileAsync(move.Thing, hand);
            return;
        }

        var id = _cases[move.Thing % 6];
        var person = _operators[move.Who % 2];
        switch (move.What)
        {
            case "request":
                await PostAsync(hand, "operator", person, $"/v1/compensations/of-case/{id}",
                    new { amountFen = 10_000 + 8_000 * move.Who });
                break;
            case "approve":
                foreach (var asked in await replicas.ReadAsync(db => db.Compensations.Where(row => row.CaseId == id
                    && (row.State == CompensationState.Eligible || row.State == CompensationState.Failed))
                        .Select(row => row.Id).ToListAsync()))
                {
                    await PostAsync(hand, "operator", person, $"/v1/compensations/{asked}/approve", new { });
                }

                break;
            case "settle":
                await TellPaymentsAsync(id, settled: true);
                break;
            case "fail":
                await TellPaymentsAsync(id, settled: false);
                break;
            case "refund":
                await RefundAsync(_bookings[move.Thing % 2], 4_000 + 1_000 * move.Who);
                break;
            case "cancel":
                // What it promises a refund pays: it is not counted beside it.
                await replicas.PublishAsync(new BookingCancelled(
                    _bookings[move.Thing % 2], null, Guid.CreateVersion7(), Guid.CreateVersion7(), _merchant,
                    TimeProvider.System.GetUtcNow(), "PARTIAL", 1_000, 2, "closed"));
                break;
            case "claw-back":
                foreach (var paid in await replicas.ReadAsync(db => db.Compensations.Where(row => row.CaseId == id
                    && row.SettledAt != null).Select(row => row.Id).ToListAsync()))
                {
                    await PostAsync(hand, "operator", person, $"/v1/compensations/{paid}/claw-back",
                        new { because = "x" });
                }

                break;
            case "repay":
                foreach (var owed in await replicas.ReadAsync(db => db.Recourses.Where(row => row.CaseId == id)
                    .ToListAsync()))
                {
                    // Two payments at the same moment, each told twice.
                    var (one, other) = (Half(owed), Half(owed));
                    await replicas.PublishAsync(one, other, one, other);
                }

                break;
            case "late":
                await replicas.SqlAsync(
                    "UPDATE case_clocks SET fast_due_at = now(), alarm_at = now() "
                    + "WHERE ended_at IS NULL AND fast_due_at > now()");
                break;
            case "answer":
                object answer = move.Who switch
                {
                    0 => new { answer = "accept" }, 1 => new { answer = "offer", offerFen = 5_000 },
                    _ => new { answer = "contest" },
                };
                await PostAsync(hand, "merchant", Guid.CreateVersion7(), $"/v1/cases/{id}/answer", answer, _merchant);
                break;
            case "offer":
                await (move.Thing % 2 == 0
                    ? PostAsync(hand, "tourist", _account, $"/v1/cases/{id}/offer", new { accept = move.Who > 1 })
                    : PostAsync(hand, "operator", person, $"/v1/cases/{id}/offer-by-phone",
                        new { accept = move.Who > 1 }));
                break;
            case "finding":
                await PostAsync(hand, "operator", person, $"/v1/cases/{id}/finding", new
                {
                    touristAtFault = false, factsClear = true, evidenceSuffices = true, liabilityClear = true,
                });
                break;
            case "withdraw" or "reopen":
                await PostAsync(hand, "tourist", _account, $"/v1/cases/{id}/{move.What}", new { because = "x" });
                break;
            default:
                await PostAsync(hand, "operator", person, $"/v1/cases/{id}/{move.What}", new { });
                break;
        }
    }

    private static PaymentCaptured Half(Recourse owed) => new(
        Guid.CreateVersion7(), $"{Guid.CreateVersion7()}", "recourse", owed.Id, owed.AmountFen / 2 + 1, "CNY",
        "sandbox", TimeProvider.System.GetUtcNow(), false);

    private Task<int> RefundAsync(Guid booking, long amountFen)
    {
        var refund = Guid.CreateVersion7();
        _refunds[(booking, refund)] = amountFen;
        var news = new RefundSettled(
            refund, "r", Guid.CreateVersion7(), "p", "booking", booking, amountFen, "CNY",
            TimeProvider.System.GetUtcNow());
        return replicas.PublishAsync(news, news);
    }

    private async Task FileAsync(int thing, int hand)
    {
        var id = thing % 2 == 0
            ? await PostAsync(hand, "tourist", _account, "/v1/cases", ComplaintsFixture.Complaint(_bookings[0], 30_000))
            : await PostAsync(hand, "operator", _clerk, "/v1/cases", ComplaintsFixture.Complaint(
                _bookings[1], 30_000, phone: $"1390000000{thing % 3}"));
        if (id is not null) lock (_cases) _cases.Add(id.Value);
    }

    private async Task TellPaymentsAsync(Guid caseId, bool settled)
    {
        foreach (var asked in await replicas.ReadAsync(db => db.Compensations.Where(row => row.CaseId == caseId
            && row.Round > 0).ToListAsync()))
        {
            object news = settled
                ? new PayoutSettled(
                    Guid.CreateVersion7(), asked.PayoutKey, "compensation", caseId, asked.PayeeId, asked.AmountFen,
                        "CNY",
                    TimeProvider.System.GetUtcNow())
                : new PayoutFailed(asked.PayoutKey, "compensation", caseId, asked.PayeeId, asked.AmountFen, "bank");
            await replicas.PublishAsync(news, news);
        }

        // What merchants had repaid and get back is a payout too.
        foreach (var back in await replicas.ReadAsync(db => db.Recourses.Where(row => row.CaseId == caseId
            && row.ReturnRound > 0).ToListAsync()))
        {
            object news = settled
                ? new PayoutSettled(
                    Guid.CreateVersion7(), back.ReturnKey, "merchant", back.Id, _merchant, back.RepaidFen, "CNY",
                    TimeProvider.System.GetUtcNow())
                : new PayoutFailed(back.ReturnKey, "merchant", back.Id, _merchant, back.RepaidFen, "bank");
            await replicas.PublishAsync(news, news);
        }
    }

    private async Task SettleAllAsync()
    {
        foreach (var id in _cases.Take(6).ToList()) await TellPaymentsAsync(id, settled: true);
        await Eventually.Equal(0, () => replicas.ReadAsync(async db =>
            await db.Compensations.CountAsync(row => row.State == CompensationState.Approved
                && _cases.Contains(row.CaseId))
            + await db.Recourses.CountAsync(row => row.ReturningFen > 0 && _cases.Contains(row.CaseId))));
    }

    private async Task<Guid?> PostAsync(int hand, string role, Guid account, string path, object body,
        Guid? merchant = null)
    {
        using var http = replicas.Client(hand, TestTokens.For(role, account, merchant));
        var answer = await http.PostAsync(path, body);
        if ((int)answer.StatusCode >= 500) lock (_faults) _faults.Add($"{path} answered {answer.StatusCode}");
        if (!answer.IsSuccessStatusCode || path != "/v1/cases") return null;

        return (await answer.Body<CaseResponse>()).Id;
    }

    private Task<List<string>> JudgeAsync() => replicas.ReadAsync(async db =>
    {
        // The replicas' clocks go on ringing: everything is read as of one moment.
        await using var moment = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        var wrong = new List<string>(_faults);
        var claims = await db.Cases.Where(row => _cases.Contains(row.Id)).ToListAsync();
        var held = await db.Compensations.Where(row => _cases.Contains(row.CaseId)).ToListAsync();
        wrong.AddRange(held.Where(row => row.HoldsMoney).GroupBy(row => (row.ClaimantKey, row.SubjectId))
            .Where(group => group.Count() > 1).Select(group => $"{group.Key} was paid {group.Count()} times"));
        wrong.AddRange(held.Where(row => row.HoldsMoney).GroupBy(row => row.SubjectId)
            .Where(group => _bookings.Contains(group.Key) && group.Sum(row => row.AmountFen) > PaidFen - 10_000)
            .Select(group =>
                $"{group.Sum(row => row.AmountFen)} fen were paid for a booking of {PaidFen}, 10,000 of it refunded"));
        wrong.AddRange(held.Where(row => row.HoldsMoney && row.AmountFen > 20_000 && !row.ByRule
                && (row.SecondApprover is null || row.SecondApprover == row.FirstApprover))
            .Select(row => $"{row.AmountFen} fen were approved by one person"));

        // However late a refund comes: what the tourists have beyond the price, somebody knows of.
        foreach (var booking in _bookings)
        {
            var bought = await db.Purchases.SingleAsync(row => row.Id == booking);
            var refunded = _refunds.Where(refund => refund.Key.Booking == booking).Sum(refund => refund.Value);
            if (bought.RefundedFen != refunded)
            {
                wrong.Add($"{bought.RefundedFen} fen of refunds were counted, {refunded} were refunded");
            }

            var paidFor = held.Where(row => row.HoldsMoney && row.SubjectId == booking).Sum(row => row.AmountFen);
            var excess = Math.Min(paidFor, paidFor + refunded - PaidFen);
            var known = claims.Where(row => row.PurchaseId == booking).Sum(row => row.OverpaidFen);
            if (excess > known)
            {
                wrong.Add($"{excess} fen were paid twice and nobody noticed, {known} were");
            }
        }

        var balances = await db.Set<LedgerAccount>().ToDictionaryAsync(row => row.Code, row => row.BalanceFen);
        if (balances.Values.Sum() != 0) wrong.Add("the ledger does not sum to zero");
        if (balances.GetValueOrDefault("fund") < 0) wrong.Add("the fund is negative");
        var all = await db.Compensations.ToListAsync();
        var (underway, paid) = (all.Where(row => row.State == CompensationState.Approved).Sum(row => row.AmountFen),
            all.Where(row => row.SettledAt is not null).Sum(row => row.AmountFen));
        var recourses = await db.Recourses.ToListAsync();
        underway += recourses.Sum(row => row.ReturningFen);
        if (balances.GetValueOrDefault("paying-out") != underway) wrong.Add(
            $"{balances.GetValueOrDefault("paying-out")} fen are on their way, {underway} were approved");
        if (balances.GetValueOrDefault("paid-out") != paid) wrong.Add(
            $"{balances.GetValueOrDefault("paid-out")} fen were paid out, {paid} were settled");
        var recovered = recourses.Sum(row => row.RepaidFen - row.ReturnedFen)
            + all.Where(row => row.State == CompensationState.Returned).Sum(row => row.AmountFen);
        if (balances.GetValueOrDefault("recovered") != recovered) wrong.Add(
            $"{balances.GetValueOrDefault("recovered")} fen are recovered, {recovered} came back");
        var owed = recourses.Sum(row => row.LeftFen);
        var receivable = balances.Where(row => row.Key.StartsWith("receivable:", StringComparison.Ordinal))
            .Sum(row => row.Value);
        if (owed != receivable) wrong.Add($"{receivable} fen are receivable, {owed} are owed");

        var reclaimed = all.Where(row => row.State == CompensationState.ClawedBack).Sum(row => row.AmountFen);
        var ofClaimants = balances.Where(row => row.Key.StartsWith("receivable-of", StringComparison.Ordinal))
            .Sum(row => row.Value);
        if (reclaimed != ofClaimants) wrong.Add($"claimants owe {ofClaimants} fen, {reclaimed} were clawed back");

        foreach (var told in claims)
        {
            var lines = await db.CaseEvents.Where(line => line.CaseId == told.Id).OrderBy(line => line.Number)
                .ToListAsync();
            if (!CaseEvent.IsIntact(lines, told.HistoryLength, told.HistoryHead)) wrong.Add(
                $"the history of {told.Number} is broken");
            wrong.AddRange(lines.Where(line => line.What.StartsWith("clock-", StringComparison.Ordinal))
                .GroupBy(line => (line.What, line.Detail.Split(" due")[0], Round(lines, line.Number)))
                    .Where(group => group.Count() > 1)
                .Select(group => $"{told.Number}: {group.Key} rang {group.Count()} times"));
            if (Walk(lines) is var end && end != told.State) wrong.Add(
                $"{told.Number} is {told.State}, its steps lead to {end}");
        }

        return wrong;
    });

    // A clock may run again after its step came again: between two steps each rings once.
    private static int Round(List<CaseEvent> lines, int number) => lines.Count(line => line.Number < number
        && StepOf(line) is not null
        || line.Number < number && line.What is "eligible" or "ineligible");

    private static CaseState? Walk(List<CaseEvent> lines)
    {
        CaseState? state = CaseState.Submitted;
        foreach (var step in lines.Select(StepOf).OfType<CaseStep>()) state = state is { } from
            ? CaseStates.Next(from, step) : null;
        return state;
    }

    private static CaseStep? StepOf(CaseEvent line) =>
        Enum.GetValues<CaseStep>().Where(step => step.Kebab() == line.What).Select(step => (CaseStep?)step)
            .SingleOrDefault();
}
