using System.Globalization;
using Jingdezhen.Tourism.Complaints.Fund;
using Jingdezhen.Tourism.Contracts.Complaints.V1;
using Jingdezhen.Tourism.Contracts.Payments.V1;

namespace Jingdezhen.Tourism.Complaints.Recourses;

/// <summary>
/// The one door to merchants' debts. Whoever changes one holds the merchant's standing, so that repayment, deadline and
/// suspension of a merchant come one after the other.
/// </summary>
internal sealed class RecourseDesk(
    ComplaintsDb db, TimeProvider clock, IConfiguration configuration, ComplaintsGuards guards)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Opens with the payout and is demanded at once; saved by the caller.</summary>
    public Recourse Open(Guid compensation, Guid caseId, Guid merchant, long amountFen, DateTimeOffset now)
    {
        var recourse = new Recourse
        {
            Id = Guid.CreateVersion7(), CompensationId = compensation, CaseId = caseId, MerchantId = merchant,
            AmountFen = amountFen, OpenedAt = now,
        };
        recourse.Demand(now, now + TimeSpan.FromDays(configuration.GetValue("Recourse:DueDays", 7)));
        db.Add(recourse);
        db.Publish(new RecourseOpened(recourse.Id, compensation, caseId, merchant, amountFen));
        return recourse;
    }

    public async Task<Recourse?> LockAsync(Guid id, CancellationToken cancellation, Guid? ownedBy = null)
    {
        var merchant = await db.Recourses.AsNoTracking().Where(row => row.Id == id
            && (ownedBy == null || row.MerchantId == ownedBy))
            .Select(row => (Guid?)row.MerchantId).SingleOrDefaultAsync(cancellation);
        if (merchant is null) return null;

        await LockStandingAsync(merchant.Value, cancellation);
        return await db.Recourses.SingleAsync(row => row.Id == id, cancellation);
    }

    /// <summary>Counts money that came back, once for its source; the rest that was not owed is returned.</summary>
    public async Task<long> RepayAsync(
        Recourse owed, string source, long amountFen, string outcome, CancellationToken cancellation)
    {
        var known = await db.Repayments.AnyAsync(row => row.Source == source, cancellation);
        if (known) return 0;

        var taken = owed.Repay(amountFen, Now);
        db.Add(new Repayment { Source = source, RecourseId = owed.Id, AmountFen = taken, At = Now });
        if (taken > 0)
        {
            await FundBook.BookAsync(db, FundBook.Repaid(source, owed.Id, owed.MerchantId, taken), cancellation);
            await TellAsync(owed, outcome, taken, cancellation);
        }

        if (owed.IsOver) await EndAsync(owed, cancellation);
        return amountFen - taken;
    }

    /// <summary>Two people have seen a transfer of the merchant's come in.</summary>
    public async Task<Refusal?> RecordAsync(
        Recourse owed, string reference, long amountFen, Guid person, CancellationToken cancellation)
    {
        var source = $"transfer:{reference}";
        if (await db.Repayments.AnyAsync(row => row.Source == source, cancellation))
        {
            return new Refusal("reference-used", "A transfer with this reference has been counted.");
        }

        if (owed.IsOver) return owed.NotNow();
        if (owed.LeftFen < amountFen) return new Refusal("more-than-owed", $"{owed.LeftFen} fen are owed.");

        var (agreed, refusal) = owed.Word.Say(
            string.Create(CultureInfo.InvariantCulture, $"Repaid {amountFen} {reference}"), person,
            guards.SecondPerson);
        if (agreed) await RepayAsync(owed, source, amountFen, "repaid", cancellation);
        return refusal;
    }

    /// <summary>The host's next payouts were short by this; the oldest debts go first, as Homestays has it.</summary>
    public async Task TakeFromPayoutAsync(Guid merchant, Guid payout, long amountFen, CancellationToken cancellation)
    {
        await LockStandingAsync(merchant, cancellation);
        var debts = (await db.Recourses.Where(row => row.MerchantId == merchant && row.OffsetAt != null)
            .OrderBy(row => row.OffsetAt).Take(1_000).ToListAsync(cancellation)).FindAll(row => !row.IsOver);
        foreach (var debt in debts)
        {
            if (amountFen == 0) break;
            amountFen = await RepayAsync(debt, $"host-payout:{payout}:{debt.Id}", amountFen, "deducted", cancellation);
        }

        // Withheld for a debt that had ended meanwhile.
        if (amountFen > 0)
        {
            db.Publish(new RequestPayout(
                $"recourse-excess:{payout}", "merchant", payout, merchant, amountFen, "CNY"));
        }

        await db.SaveChangesAsync(cancellation);
    }

    public async Task<Refusal?> WriteOffAsync(Recourse owed, Guid person, CancellationToken cancellation)
    {
        var left = owed.LeftFen;
        var (done, refusal) = owed.WriteOff(person, guards.SecondPerson, Now);
        if (refusal is not null || !done) return refusal;

        return await BearAsync(owed, left, "written-off", cancellation);
    }

    public async Task<Refusal?> ExcuseAsync(Recourse owed, Guid person, CancellationToken cancellation)
    {
        var left = owed.LeftFen;
        var (done, refusal) = owed.Excuse(person, guards.SecondPerson, Now);
        if (refusal is not null || !done) return refusal;

        return await BearAsync(owed, left, "not-liable", cancellation);
    }

    /// <summary>The claimant owes the fund what the merchant owed, and what it has repaid; the caller has posted
    /// it. What was repaid goes back to the merchant, at once where the fund has it.</summary>
    public async Task PassOnAsync(Recourse owed, CancellationToken cancellation)
    {
        var (left, over) = (owed.LeftFen, owed.IsOver);
        owed.PassOn(Now);
        if (!over)
        {
            await TellAsync(owed, "not-liable", left, cancellation);
            await EndAsync(owed, cancellation);
        }

        await ReturnAsync(owed, cancellation);
    }

    public async Task<Refusal?> ReturnAsync(Recourse owed, CancellationToken cancellation)
    {
        if (owed.StartReturn() is { } refusal) return refusal;
        if (await FundBook.PostAsync(db, FundBook.SetAside(owed.ReturnKey, owed.ReturningFen), cancellation)
            is { } missing)
        {
            owed.EndReturn(arrived: false);
            return missing.Code == "account-floor"
                ? new Refusal("fund-short", "The fund has less than the merchant gets back.") : missing;
        }

        db.Publish(new RequestPayout(
            owed.ReturnKey, "merchant", owed.Id, owed.MerchantId, owed.ReturningFen, "CNY"));
        return null;
    }

    /// <summary>Payments has paid a merchant back, or could not.</summary>
    public async Task EndReturnAsync(string payoutKey, bool arrived, CancellationToken cancellation)
    {
        if (payoutKey.Split(':') is not ["recourse-return", var named, _]
            || !Guid.TryParse(named, out var id) || await LockAsync(id, cancellation) is not { } owed
            || owed.ReturnKey != payoutKey || owed.EndReturn(arrived) is not (> 0 and var amount)) return;

        await FundBook.BookAsync(db, arrived
            ? FundBook.ReturnedToMerchant(payoutKey, owed.Id, amount) : FundBook.PutBack(payoutKey, amount),
            cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>What was due by <paramref name="moment"/> suspends its merchant; another replica's rows are left to
    /// it.</summary>
    public async Task<int> SuspendOverdueAsync(DateTimeOffset moment, CancellationToken cancellation)
    {
        var merchants = await db.Recourses.Where(row => row.State == RecourseState.Demanded && row.DueAt <= moment)
            .Select(row => row.MerchantId).Distinct().OrderBy(id => id).Take(100).ToListAsync(cancellation);
        var suspended = 0;
        foreach (var merchant in merchants)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var standing = await LockStandingAsync(merchant, cancellation);
            var overdue = await db.Recourses.Where(row => row.MerchantId == merchant
                && row.State == RecourseState.Demanded && row.DueAt <= moment).ToListAsync(cancellation);
            var fell = overdue.FindAll(row => row.FallOverdue(moment));
            if (fell.Count > 0 && standing.Set(suspended: true))
            {
                db.Publish(new MerchantSuspended(merchant, "Recourse is overdue.", standing.Version));
                suspended++;
            }

            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            db.ChangeTracker.Clear();
        }

        return suspended;
    }

    public Task<string?> KindAsync(Recourse owed, CancellationToken cancellation) =>
        db.Merchants.Where(merchant => merchant.Id == owed.MerchantId).Select(merchant => (string?)merchant.Kind)
            .SingleOrDefaultAsync(cancellation);

    private async Task TellAsync(Recourse owed, string outcome, long amountFen, CancellationToken cancellation)
    {
        var of = await db.Cases.AsNoTracking().Where(row => row.Id == owed.CaseId)
            .Select(row => new
            {
                row.County, row.Category,
                Village = db.Purchases.Where(bought => bought.Id == row.PurchaseId).Select(bought => bought.Village)
                    .SingleOrDefault(),
            })
            .SingleAsync(cancellation);
        db.Publish(new RecourseSettled(
            owed.Id, owed.CaseId, owed.MerchantId, outcome, amountFen, await KindAsync(owed, cancellation), of.County,
            of.Category, of.Village));
    }

    private async Task<Refusal?> BearAsync(Recourse owed, long left, string outcome, CancellationToken cancellation)
    {
        var refusal = await FundBook.PostAsync(db, FundBook.WriteOff(owed.Id, owed.MerchantId, left, outcome),
            cancellation);
        if (refusal is not null) return refusal;

        await TellAsync(owed, outcome, left, cancellation);
        await EndAsync(owed, cancellation);
        return null;
    }

    // The last debt that kept a merchant from selling is gone: it sells again.
    private async Task EndAsync(Recourse owed, CancellationToken cancellation)
    {
        var paid = await db.Compensations.SingleAsync(row => row.Id == owed.CompensationId, cancellation);
        paid.Release();
        var others = await db.Recourses.Where(row => row.MerchantId == owed.MerchantId && row.Id != owed.Id
            && (row.State == RecourseState.MerchantSuspended || row.State == RecourseState.Legal))
            .AnyAsync(cancellation);
        var standing = await db.Standings.SingleAsync(row => row.MerchantId == owed.MerchantId, cancellation);
        if (!others && standing.Set(suspended: false))
        {
            db.Publish(new MerchantReinstated(owed.MerchantId, standing.Version));
        }
    }

    private async Task<Standing> LockStandingAsync(Guid merchant, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO standings (merchant_id, suspended, version) VALUES ({merchant}, false, 0) ON CONFLICT DO NOTHING
            """, cancellation);
        var rows = guards.StandingLock
            ? db.Standings.FromSql($"SELECT * FROM standings WHERE merchant_id = {merchant} FOR UPDATE")
            : db.Standings.Where(row => row.MerchantId == merchant);
        return await rows.SingleAsync(cancellation);
    }

    /// <summary>The key under which Payments takes a repayment.</summary>
    public static string PaymentKey(Guid recourse, long repaidFen) =>
        string.Create(CultureInfo.InvariantCulture, $"recourse:{recourse}:{repaidFen}");
}
