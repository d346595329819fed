using Jingdezhen.Tourism.Complaints.Clocks;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>A complaint: its state moves by <see cref="CaseStates"/> alone, its clocks start and stop with the steps,
/// and
/// every change is a line of its history.</summary>
internal sealed class Case
{
    /// <summary>Both sides agreed to five working days of mediation.</summary>
    public const string LongerMediation = "longer";

    private static readonly TimeSpan LongestPromise = TimeSpan.FromDays(31);

    public static readonly IReadOnlyList<string> Categories =
        ["price", "quality", "safety", "forced-shopping", "lodging", "ticket", "transport", "other"];

    private readonly List<CaseEvent> _news = [];
    private readonly List<CaseText> _texts = [];
    private readonly List<ClockAlarm> _alarms = [];

    public required Guid Id { get; init; }

    /// <summary>Eight to thirteen digits in groups, to be read aloud: day, running number, check digit
    /// (Luhn).</summary>
    public required string Number { get; init; }

    public Guid? ClaimantAccountId { get; internal set; }

    /// <summary>Names one claimant from another: the account, else a keyed hash of the phone.</summary>
    public required string ClaimantKey { get; internal set; }

    /// <summary>Whom Payments pays: the account, else an id of the claimant's own.</summary>
    public required Guid PayeeId { get; internal set; }

    public required byte[] PhoneHash { get; internal set; }
    public byte[]? SealedContact { get; internal set; }
    public required string Channel { get; init; }
    public required string Category { get; init; }
    public required string Facts { get; internal set; }
    public required string Remedy { get; internal set; }
    public required long ClaimedFen { get; init; }
    public required int Complainants { get; init; }
    public required Guid? PurchaseId { get; internal set; }
    public required string? PurchaseKind { get; internal set; }
    public required Guid? MerchantId { get; internal set; }
    public required Guid? ProductId { get; internal set; }
    public required string? VenueId { get; internal set; }
    public required string? County { get; internal set; }
    public required DateOnly? HappenedOn { get; init; }
    public required List<string> Terms { get; internal set; }
    public required DateTimeOffset FiledAt { get; init; }

    /// <summary>The operator who took the complaint for its claimant; null where the claimant filed it.</summary>
    public Guid? FiledBy { get; init; }

    public CaseState State { get; private set; }
    public List<string> Flags { get; private set; } = [];
    public bool Complex { get; private set; }
    public Guid? AssigneeId { get; private set; }
    public Guid? JointId { get; private set; }
    public int Escalation { get; private set; }
    public DateTimeOffset? AcceptedAt { get; private set; }
    public DateTimeOffset? DecidedAt { get; private set; }
    public DateTimeOffset? ClosedAt { get; private set; }
    public string? Outcome { get; private set; }
    public long Closings { get; private set; }
    public DateTimeOffset? PausedAt { get; private set; }
    public string? PausedBecause { get; private set; }
    public DateTimeOffset? NextDueAt { get; private set; }

    /// <summary>Its place in the queues: when it is due next; what stands still comes last. Written by the
    /// database.</summary>
    public DateTimeOffset QueueAt { get; private set; }

    public bool Breached { get; private set; }
    public int ClocksMet { get; private set; }
    public int ClocksBreached { get; private set; }
    public Finding? Finding { get; private set; }
    public Guid? FoundBy { get; private set; }

    /// <summary>The operator who found the purchase; null where the claimant or the records named it.</summary>
    public Guid? AttachedBy { get; private set; }

    /// <summary>What the claimant has twice: paid by the fund, and then given back by the merchant too.</summary>
    public long OverpaidFen { get; private set; }

    /// <summary>accept, contest, offer or silent; what came of it: offer-refused, broken.</summary>
    public string? MerchantAnswer { get; private set; }

    public long? OfferFen { get; private set; }

    /// <summary>What the merchant has promised to pay; null where it promised something else, or nothing.</summary>
    public long? PromisedFen { get; private set; }

    public int HistoryLength { get; private set; }
    public byte[] HistoryHead { get; private set; } = [];
    public List<CaseClock> Clocks { get; private set; } = [];

    public IReadOnlyList<CaseEvent> News => _news;
    public IReadOnlyList<CaseText> NewTexts => _texts;
    public IReadOnlyList<ClockAlarm> NewAlarms => _alarms;

    public bool IsOpen => State.IsOpen();

    /// <summary>The merchant has offered something, and the claimant has not said yes or no.</summary>
    public bool HasOpenOffer => IsOpen && MerchantAnswer == "offer" && OfferFen is not null;

    private bool Promises => Running().Any(clock => clock.Clock == "promise");

    public void File(Actor by, DateTimeOffset now, string detail)
    {
        Tell(now, by, "file", detail, CaseEvent.Parties);
        MoveClocks("file", now);
    }

    /// <summary>Takes a step of the state machine; the only way a state changes.</summary>
    /// <param name="outcome">What a closing of the case is told as; decides nothing else.</param>
    public Refusal? Take(
        CaseStep step, Actor by, DateTimeOffset now, string detail = "", string? text = null, string? outcome = null)
    {
        if (CaseStates.Next(State, step) is not { } next)
        {
            return new Refusal("step-not-allowed", $"{step.Kebab()} is not possible: the case is {State.Kebab()}.");
        }

        if (step == CaseStep.Close && Promises)
        {
            return new Refusal("promise-open", "The merchant's promise has to be kept first, or its time to run out.");
        }

        if (PausedAt is not null) Resume(by, now);

        State = next;
        switch (step)
        {
            case CaseStep.Accept:
                AcceptedAt = now;
                break;
            case CaseStep.Agree or CaseStep.Terminate or CaseStep.Decline:
                DecidedAt = now;
                Outcome = outcome ?? next.Kebab();
                break;
            case CaseStep.Transfer or CaseStep.Withdraw:
                Outcome = next.Kebab();
                break;
            case CaseStep.MerchantSilent:
                MerchantAnswer = "silent";
                break;
            case CaseStep.PromiseBroken:
                (MerchantAnswer, DecidedAt, Outcome) = ("broken", null, null);
                break;
            case CaseStep.Reopen:
                (ClosedAt, DecidedAt, Outcome) = (null, null, null);
                break;
            default:
                break;
        }

        Tell(now, by, step.Kebab(), detail, CaseEvent.Parties, text);
        MoveClocks(step.Kebab(), now, consent: detail == LongerMediation);
        if (next is CaseState.Closed or CaseState.Declined or CaseState.Transferred or CaseState.Withdrawn)
        {
            ClosedAt = now;
            Closings++;
        }

        return null;
    }

    public Refusal? AnswerAsMerchant(string answer, long? offerFen, Actor by, DateTimeOffset now, string? text)
    {
        if (Take(CaseStep.MerchantAnswers, by, now, answer, text) is { } refusal) return refusal;

        (MerchantAnswer, OfferFen) = (answer, offerFen);
        return null;
    }

    /// <summary>The claimant does not take what the merchant has offered; the merchant offers no more.</summary>
    public Refusal? RefuseOffer(Actor by, DateTimeOffset now, string? text)
    {
        if (!HasOpenOffer) return NoOffer;

        MerchantAnswer = "offer-refused";
        Tell(now, by, "offer-refused", $"{OfferFen} fen", CaseEvent.Parties, text);
        return null;
    }

    /// <summary>What the merchant will do, and by when: a clock watches it until somebody says that it was
    /// kept.</summary>
    /// <param name="dueAt">As agreed; null for the rule's time.</param>
    public Refusal? Promise(long? amountFen, DateTimeOffset? dueAt, Actor by, DateTimeOffset now)
    {
        if (dueAt <= now || dueAt > now + LongestPromise)
        {
            return new Refusal("promise-date", $"A promise is kept within {LongestPromise.Days} days.");
        }

        PromisedFen = amountFen;
        Tell(now, by, "promise", amountFen is { } fen ? $"{fen} fen" : "", CaseEvent.Parties);
        MoveClocks("promise", now, agreedDue: dueAt);
        return null;
    }

    public Refusal? KeepPromise(Actor by, DateTimeOffset now, string? text)
    {
        if (!Promises) return new Refusal("no-promise", "No promise of the merchant's is running.");

        Tell(now, by, "promise-kept", "", CaseEvent.Parties, text);
        MoveClocks("promise-kept", now);
        return null;
    }

    /// <summary>People have found what it was about, after it had been filed without.</summary>
    public Refusal? Attach(Purchases.Purchase bought, Actor by, DateTimeOffset now)
    {
        if (!IsOpen) return NotOpen();
        if (PurchaseId is not null) return new Refusal("has-purchase", "The case is about a purchase already.");
        if (MerchantId is not null && MerchantId != bought.MerchantId)
        {
            return new Refusal("another-merchant", "The purchase is another merchant's than the case.");
        }

        if (ClaimantAccountId is { } account && bought.AccountId is { } buyer && buyer != account)
        {
            return new Refusal("unknown-purchase", "Another account has bought it.");
        }

        (PurchaseId, PurchaseKind, MerchantId) = (bought.Id, bought.Kind, bought.MerchantId);
        (ProductId, VenueId, County) = (bought.ProductId, bought.VenueId, bought.County);
        if (ClaimantAccountId is null && bought.AccountId is { } owner)
        {
            (ClaimantAccountId, ClaimantKey, PayeeId) = (owner, owner.ToString(), owner);
        }

        AttachedBy = by.Id;
        Tell(now, by, "attach-purchase", $"{bought.Kind} {bought.Id}", CaseEvent.Parties);
        return null;
    }

    public Refusal? Find(Finding finding, Actor by, DateTimeOffset now, string? text)
    {
        if (!IsOpen) return NotOpen();

        (Finding, FoundBy) = (finding, by.Id);
        Tell(now, by, "find", finding.ToString(), CaseEvent.Internal, text);
        return null;
    }

    public Refusal? Assign(Guid? operatorId, Actor by, DateTimeOffset now, string? text = null)
    {
        if (!IsOpen && State is not (CaseState.Agreed or CaseState.Terminated)) return NotOpen();

        AssigneeId = operatorId;
        Tell(now, by, "assign", operatorId?.ToString() ?? "nobody", CaseEvent.Internal, text);
        return null;
    }

    /// <summary>Takes a case on oneself; a colleague's is handed over, not taken.</summary>
    public Refusal? Claim(Actor by, DateTimeOffset now) =>
        AssigneeId is { } other && other != by.Id
            ? new Refusal("claimed-already", "Another operator has this case: ask for it to be handed over.")
            : Assign(by.Id, by, now);

    public Refusal? Join(Guid jointId, Actor by, DateTimeOffset now)
    {
        if (JointId is not null) return new Refusal("already-joint", "The case is part of a joint case.");
        if (!IsOpen) return NotOpen();

        JointId = jointId;
        Tell(now, by, "join", jointId.ToString(), CaseEvent.Parties);
        return null;
    }

    public void Classify(bool complex, Actor by, DateTimeOffset now)
    {
        Complex = complex;
        Tell(now, by, "classify", complex ? "complex" : "simple", CaseEvent.Internal);
    }

    public void Flag(string flag, DateTimeOffset now)
    {
        if (Flags.Contains(flag)) return;

        Flags = [.. Flags, flag];
        Tell(now, Actor.Rule, "flag", flag, CaseEvent.Internal);
    }

    /// <summary>Money came back to a claimant whom the fund had paid: told as often as it becomes more.</summary>
    public void Overpay(long amountFen, DateTimeOffset now)
    {
        if (amountFen <= OverpaidFen) return;

        OverpaidFen = amountFen;
        Flag("paid-twice", now);
        Tell(now, Actor.Rule, "paid-twice", $"{amountFen} fen", CaseEvent.Internal);
    }

    /// <summary>The claimant has given it back.</summary>
    public void Straighten() => OverpaidFen = 0;

    /// <summary>Only to wait for the complainant, and on the record.</summary>
    public Refusal? Pause(string because, Actor by, DateTimeOffset now)
    {
        if (!IsOpen) return NotOpen();
        if (PausedAt is not null) return new Refusal("already-paused", "The clocks stand still already.");

        (PausedAt, PausedBecause) = (now, because);
        foreach (var clock in Running()) clock.Pause();
        NextDueAt = null;
        Tell(now, by, "pause", "waiting for the complainant", CaseEvent.Parties, because);
        return null;
    }

    public Refusal? Resume(Actor by, DateTimeOffset now)
    {
        if (PausedAt is not { } since) return new Refusal("not-paused", "The clocks are running.");

        foreach (var clock in Running()) clock.Resume(now - since);
        (PausedAt, PausedBecause) = (null, null);
        SetNextDue();
        Tell(now, by, "resume", "", CaseEvent.Parties);
        return null;
    }

    /// <summary>What came due by now, told once; a breach escalates the case.</summary>
    public IReadOnlyList<ClockAlarm> Ring(DateTimeOffset now, bool once = true)
    {
        if (PausedAt is not null) return [];

        var alarms = Running().SelectMany(clock => clock.Ring(now, once)).ToList();
        foreach (var alarm in alarms) Sound(alarm, now);

        SetNextDue();
        return alarms;
    }

    public void Note(Actor by, DateTimeOffset now, string what, string detail, string audience, string? text) =>
        Tell(now, by, what, detail, audience, text);

    /// <summary>Clocks that start or end with something beside the steps: eligible, ineligible, paid.</summary>
    public void Mark(string what, Actor by, DateTimeOffset now, string detail, string audience = CaseEvent.Parties)
    {
        Tell(now, by, what, detail, audience);
        MoveClocks(what, now);
    }

    /// <summary>Forgets the person; history's hashes stay.</summary>
    public void Forget()
    {
        (ClaimantAccountId, SealedContact) = (null, null);
        (Facts, Remedy, Terms, PhoneHash) = ("", "", [], []);
    }

    private void MoveClocks(string what, DateTimeOffset now, bool consent = false, DateTimeOffset? agreedDue = null)
    {
        foreach (var clock in Running().Where(clock =>
            ClockRules.EndAll.Contains(what) || ClockRules.Of(clock.Clock).Ends.Contains(what)).ToList())
        {
            // What came due before its step came is a breach, whether or not the sweep has seen it.
            foreach (var alarm in clock.Ring(now).Where(alarm => alarm.Breached)) Sound(alarm, now);

            clock.End(now);
            if (clock.FastDueAt is null) continue;
            if (clock.FastBreachedAt is null) ClocksMet++;
            else ClocksBreached++;
        }

        if (!ClockRules.EndAll.Contains(what))
        {
            foreach (var rule in ClockRules.All.Where(rule => rule.Starts.Contains(what)
                && !Running().Any(clock => clock.Clock == rule.Clock)))
            {
                Clocks.Add(CaseClock.Start(rule, Id, now, AcceptedAt, Complex, consent, agreedDue));
            }
        }

        SetNextDue();
    }

    /// <summary>What was new is written; the next save writes only what comes after it.</summary>
    public void Saved()
    {
        _news.Clear();
        _texts.Clear();
        _alarms.Clear();
    }

    private void Sound(ClockAlarm alarm, DateTimeOffset now)
    {
        _alarms.Add(alarm);
        Tell(now, Actor.Rule, alarm.Breached ? "clock-breached" : "clock-warned",
            $"{alarm.Clock} {alarm.Kind} due {alarm.DueAt:O}", CaseEvent.Internal);
        if (!alarm.Breached) return;

        // By rule: a fast clock calls the team's lead, a legal one the bureau.
        Breached = true;
        Escalation = Math.Max(Escalation, alarm.Kind == "legal" ? 2 : 1);
    }

    private IEnumerable<CaseClock> Running() => Clocks.Where(clock => clock.Runs);

    // A due time that was missed stays the next one: a breached case stands first in the queue until it is done.
    private void SetNextDue() => NextDueAt = Running().Select(clock => clock.FastDueAt ?? clock.LegalDueAt).Min();

    private void Tell(
        DateTimeOffset now, Actor by, string what, string detail, string audience, string? text = null)
    {
        // The database keeps microseconds: what is hashed must be what is read back.
        var at = new DateTimeOffset(now.UtcTicks / 10 * 10, TimeSpan.Zero);
        var textHash = text is null ? null : CaseEvent.HashOfText(text);
        HistoryLength++;
        HistoryHead = CaseEvent.HashOf(HistoryHead, Id, HistoryLength, at, by.ToString(), what, detail, audience,
            textHash);
        _news.Add(new()
        {
            CaseId = Id, Number = HistoryLength, At = at, Actor = by.ToString(), What = what, Detail = detail,
            Audience = audience, TextHash = textHash, Hash = HistoryHead,
        });
        if (text is not null) _texts.Add(new() { CaseId = Id, Number = HistoryLength, Text = text });
    }

    public static readonly Refusal NoOffer = new("no-offer", "No offer of the merchant's is open.");

    private Refusal NotOpen() => new("case-not-open", $"The case is {State.Kebab()}.");
}

/// <summary>What an operator found out; with the evidence it decides whether the fund pays.</summary>
/// <param name="Liable">Whether the merchant has to answer for it; if not, the fund bears it.</param>
/// <param name="Fraud">Three times the price, at least 500 yuan (Consumer Rights Law, art. 55).</param>
/// <param name="MerchantCannotPay">Insolvent, closed or gone.</param>
internal sealed record Finding(
    bool TouristAtFault, bool FactsClear, bool EvidenceSuffices, bool LiabilityClear, bool Liable, bool Fraud,
    bool MerchantCannotPay);
