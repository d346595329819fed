using Jingdezhen.Tourism.Complaints.Cases;
using Jingdezhen.Tourism.Complaints.Compensations;
using Jingdezhen.Tourism.Complaints.Storage;
using Jingdezhen.Tourism.Contracts.Bookings.V1;
using Jingdezhen.Tourism.Payments.Storage;
using Jingdezhen.Tourism.Platform.Hosting;
using Jingdezhen.Tourism.Platform.Ledger;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Jingdezhen.Tourism.Complaints.Tests.Crashes;

/// <summary>
/// Kill -9 at every named point between approval and PayoutSettled, in Complaints and in the real Payments over one
/// broker: the next process finishes what the last one left, and every claimant has the money exactly once.
/// </summary>
public sealed class CrashTests
{
    private static readonly string[] InComplaints = ["approved-before-commit", "approved", "settled-before-commit"];
    private static readonly string[] InPayments =
        ["payout-requested", "claimed", "answered", "decided", "noticed", "settling", "settled"];

    // Only a provider that takes its time decides later, and sends a notice.
    private static readonly string[] OfSlowProvider = ["decided", "noticed"];

    [Fact, Trait("Category", "Long")]
    public async Task Killed_at_every_point_every_approved_compensation_is_paid_exactly_once()
    {
        await using var world = await World.CreateAsync();
        var accounts = new List<Guid>();
        foreach (var point in InComplaints)
        {
            await using var payments = await world.PaymentsAsync(point: null);
            await using (var doomed = await world.ComplaintsAsync(point))
            {
                accounts.Add(await world.BookAndFileAsync(doomed));
                await Eventually.Equal(
                    (point, false), () => Task.FromResult((point, IsAlive(doomed.Id))), TimeSpan.FromSeconds(40));
            }

            await using var heir = await world.ComplaintsAsync(point: null);

            // What was not committed was not answered: the operator asks again.
            if (point == "approved-before-commit") await world.ApproveAsync(heir, accounts[^1]);
            await world.AllPaidAsync(accounts);
        }

        foreach (var point in InPayments)
        {
            await using var complaints = await world.ComplaintsAsync(point: null);
            await using (var doomed = await world.PaymentsAsync(point))
            {
                using var desk = new HttpClient { BaseAddress = doomed.Address };
                if (OfSlowProvider.Contains(point))
                {
                    await desk.PostAsync(
                        "/sandbox/behaviour", new { operation = "payout-state", answer = "waiting", times = 1 });
                }

                accounts.Add(await world.BookAndFileAsync(complaints));
                await Eventually.Equal((point, false), async () =>
                {
                    await world.HurryAsync();
                    await world.DecideAsync(desk);
                    return (point, IsAlive(doomed.Id));
                }, TimeSpan.FromSeconds(60));
            }

            await using var heir = await world.PaymentsAsync(point: null);
            await world.AllPaidAsync(accounts);
        }

        var sum = 20_000L * accounts.Count;
        Assert.Equal(sum, await world.ReadAsync(db => Ledger.BalanceAsync(db, "paid-out", CancellationToken.None)));
        Assert.Equal(0, await world.ReadAsync(db => Ledger.BalanceAsync(db, "paying-out", CancellationToken.None)));
        Assert.Equal(accounts.Count, await world.ReadPaymentsAsync(db =>
            db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM payouts").SingleAsync()));
        Assert.Equal(sum, await world.ReadPaymentsAsync(db => Ledger.BalanceAsync(db, "payees:compensation",
            CancellationToken.None)));
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly Guid _merchant = Guid.CreateVersion7();
        private readonly IReadOnlyDictionary<string, string> _complaints;
        private readonly IReadOnlyDictionary<string, string> _payments;
        private readonly NpgsqlDataSource _complaintsData;
        private readonly NpgsqlDataSource _paymentsData;

        private World((string Runtime, string Owner) complaints, (string Runtime, string Owner) payments, Uri broker)
        {
            (_complaintsData, _paymentsData) = (NpgsqlDataSource.Create(complaints.Owner),
                NpgsqlDataSource.Create(payments.Owner));
            _complaints = new Dictionary<string, string>(
                ServiceFixture<ComplaintsDb>.Environment(complaints.Runtime, complaints.Owner, broker))
            {
                ["Secrets:Key"] = Convert.ToBase64String(new byte[32]), ["Fund:OpeningFen"] = "100000000",
                ["Compensation:RuleApprovesUpToFen"] = "0",
            };
            _payments = new Dictionary<string, string>(
                ServiceFixture<PaymentsDb>.Environment(payments.Runtime, payments.Owner, broker)) { ["Demo"] = "true" };
        }

        public static async Task<World> CreateAsync() => new(
            await TestPostgres.CreateAsync<ComplaintsDb>(), await TestPostgres.CreateAsync<PaymentsDb>(),
                await TestBroker.CreateAsync());

        public Task<ServiceProcess> ComplaintsAsync(string? point) => ServiceProcess.StartAsync(typeof(ComplaintsDb),
            With(_complaints, point));

        public Task<ServiceProcess> PaymentsAsync(string? point) => ServiceProcess.StartAsync(typeof(PaymentsDb),
            With(_payments, point));

        /// <summary>A booking of a closed venue, and its complaint, approved by an operator.</summary>
        public async Task<Guid> BookAndFileAsync(ServiceProcess at)
        {
            var (account, booking, slot, product) =
                (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
            var starts = TimeProvider.System.GetUtcNow().AddDays(-1);
            await ReadAsync(db =>
            {
                Outbox.Publish(db, new Contracts.Identity.V1.MerchantJoined(
                    _merchant, "supplier", "陶坊", "Zhushan", "L", true, [ComplaintsFixture.ClosedVenue], 1));
                Outbox.Publish(db, new BookingConfirmed(
                    booking, null, account, product, Guid.CreateVersion7(), slot, _merchant, "v", "Zhushan", "kiln",
                        false, "app", null,
                    null, null, "CN", new Dictionary<string, int>(), 1, 1, 20_000, "CNY", "payment", starts,
                        starts.AddHours(1), starts));
                Outbox.Publish(db, new AvailabilityChanged(
                    slot, product, Guid.CreateVersion7(), _merchant, "v", starts, starts.AddHours(1), "CLOSED", 1, 0,
                        2));
                return db.SaveChangesAsync();
            });
            await Eventually.Equal(true, () => ReadAsync(async db =>
                await db.Purchases.AnyAsync(row => row.Id == booking) && await db.Slots.AnyAsync(row => row.Id == slot)
                && await db.Merchants.AnyAsync(row => row.Id == _merchant)));
            using var tourist = at.Client(TestTokens.For("tourist", account));
            (await tourist.PostAsync("/v1/cases", ComplaintsFixture.Complaint(booking))).EnsureSuccessStatusCode();
            await ApproveAsync(at, account);
            return account;
        }

        public async Task ApproveAsync(ServiceProcess at, Guid account)
        {
            var asked = await ReadAsync(db => db.Compensations.Where(row => db.Cases.Any(of => of.Id == row.CaseId
                && of.ClaimantAccountId == account)).Select(row => row.Id).SingleAsync());
            using var http = at.Client(TestTokens.For("operator"));
            try
            {
                await http.PostAsync($"/v1/compensations/{asked}/approve");
            }
            catch (HttpRequestException)
            {
                // It died while it answered.
            }
        }

        /// <summary>Moves what Payments would do later to now.</summary>
        public Task<int> HurryAsync() => ReadPaymentsAsync(db => db.Database.ExecuteSqlRawAsync(
            "UPDATE payouts SET next_step_at = now() WHERE next_step_at > now(); "
            + "UPDATE sandbox_notices SET due_at = now() WHERE due_at > now();"));

        /// <summary>The provider decides what it has let wait.</summary>
        public async Task DecideAsync(HttpClient desk)
        {
            var waiting = await ReadPaymentsAsync(db => db.Database.SqlQuery<Guid>(
                $"SELECT id AS \"Value\" FROM sandbox_charges WHERE kind = 'payout' AND state = 'waiting'")
                .ToListAsync());
            foreach (var payout in waiting)
            {
                try
                {
                    await desk.PostAsync($"/sandbox/payouts/{payout}/approve");
                }
                catch (HttpRequestException)
                {
                    // It died while it answered.
                }
            }
        }

        public Task<int> AllPaidAsync(List<Guid> accounts) => Eventually.Equal(
            accounts.Count,
            async () =>
            {
                await HurryAsync();
                return await ReadAsync(db => db.Compensations.CountAsync(row => row.State == CompensationState.Paid
                    && db.Cases.Any(of => of.Id == row.CaseId && of.State == CaseState.Closed)));
            },
            TimeSpan.FromSeconds(60));

        public async Task<T> ReadAsync<T>(Func<ComplaintsDb, Task<T>> read)
        {
            await using var db = new ComplaintsDb((DbContextOptions<ComplaintsDb>)Database.Configure(
                new DbContextOptionsBuilder<ComplaintsDb>(), _complaintsData).Options);
            return await read(db);
        }

        public async Task<T> ReadPaymentsAsync<T>(Func<PaymentsDb, Task<T>> read)
        {
            await using var db = new PaymentsDb((DbContextOptions<PaymentsDb>)Database.Configure(
                new DbContextOptionsBuilder<PaymentsDb>(), _paymentsData).Options);
            return await read(db);
        }

        public async ValueTask DisposeAsync()
        {
            await _complaintsData.DisposeAsync();
            await _paymentsData.DisposeAsync();
        }

        private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> settings, string? point)
        {
            var all = new Dictionary<string, string>(settings);
            if (point is not null) all["JDZ_FAULT_POINT"] = point;
            return all;
        }
    }
}
