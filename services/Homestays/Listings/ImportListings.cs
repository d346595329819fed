using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jingdezhen.Tourism.Homestays.Hosts;
using Jingdezhen.Tourism.Homestays.Storage;
using Jingdezhen.Tourism.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Homestays.Listings;

public sealed record ImportResponse(int Rows, int Listings, int Added, int Changed, int Unchanged);

/// <summary>
/// Takes listings from a file, all of it or nothing: a report names each row that is wrong and why. Ids come from the
/// importer's keys, so the same file again changes nothing.
/// </summary>
internal static class ImportListings
{
    public const int LargestBody = 16 * 1024 * 1024;
    private const int MostRows = 50_000, MostFaults = 200;

    public static async Task<Results<Ok<ImportResponse>, ProblemHttpResult>> Handle(
        HttpRequest request, HomestaysDb db, CancellationToken cancellation)
    {
        using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: false));
        var text = await reader.ReadToEndAsync(cancellation);
        var csv = request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) == true;
        if (!csv && request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return TypedResults.Problem("text/csv or application/json.",
                statusCode: StatusCodes.Status415UnsupportedMediaType);

        var firstRow = csv ? 2 : 1;
        var (rows, faults) = csv ? ImportRow.OfCsv(text) : OfJson(text);
        if (rows.Count > MostRows) return Refused([new(MostRows + 1, "", $"At most {MostRows} rows.")]);
        if (rows.Count == 0 && faults.Count == 0) faults.Add(new(firstRow, "", "There is no row."));
        if (faults.Count == 0) Check(rows, firstRow, faults);
        if (faults.Count > 0) return Refused(faults);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // One import at a time: two of the same file would add the same houses.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('import', 6))", cancellation);
        var import = new Import(db, firstRow);
        await import.ApplyAsync(rows!, faults, cancellation);
        if (faults.Count > 0) return Refused(faults);

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(import.Answer);
    }

    internal static Guid IdOf(string kind, string key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{key}")).AsSpan(0, 16));

    private static (List<ImportRow?>, List<RowFault>) OfJson(string text)
    {
        try
        {
            return (JsonSerializer.Deserialize<List<ImportRow?>>(text, JsonSerializerOptions.Web) ?? [], []);
        }
        catch (JsonException fault)
        {
            var path = fault.Path ?? "$";
            var row = path.StartsWith("$[", StringComparison.Ordinal)
                && int.TryParse(path.AsSpan(2, path.IndexOf(']', StringComparison.Ordinal) - 2), out var index) ? index
                    + 1 : 1;
            return ([],
                [new(row, path, "Not readable: a value is missing its type, or the text is no array of objects.")]);
        }
    }

    private static void Check(List<ImportRow?> rows, int firstRow, List<RowFault> faults)
    {
        var houses = new Dictionary<string, (string House, int Row)>();
        var names = new HashSet<(string, string)>();
        for (var i = 0; i < rows.Count && faults.Count < MostFaults; i++)
        {
            if (rows[i] is not { } row)
            {
                faults.Add(new(i + firstRow, "", "null is no row."));
                continue;
            }

            var before = faults.Count;
            faults.AddRange(row.Faults().Select(fault => new RowFault(i + firstRow, fault.Field, fault.Because)));
            if (faults.Count > before) continue;

            var house = JsonSerializer.Serialize((row.Listing(), row.MerchantId, row.HouseholdKey, row.Demonstration),
                Compare);
            if (!houses.TryAdd(row.ListingKey!, (house, i + firstRow)) && houses[row.ListingKey!].House != house)
                faults.Add(new(i + firstRow, "listingKey",
                    $"The house is described otherwise in row {houses[row.ListingKey!].Row}."));
            if (!names.Add((row.ListingKey!, row.RoomName!)))
                faults.Add(new(i + firstRow, "roomName", "The house has a room of this name already."));
        }
    }

    private static readonly JsonSerializerOptions Compare = new(JsonSerializerOptions.Web) { IncludeFields = true };

    private static ProblemHttpResult Refused(List<RowFault> faults) => TypedResults.Problem(
        $"Nothing was imported: {faults.Count} faults.", statusCode: StatusCodes.Status400BadRequest,
        type: Problems.TypePrefix + "import-refused",
        extensions: new Dictionary<string, object?> { ["code"] = "import-refused", ["rows"] = faults.Take(MostFaults)
            .ToArray() });

    /// <summary>One import's work within its transaction.</summary>
    private sealed class Import(HomestaysDb db, int firstRow)
    {
        private int _rows, _added, _changed, _unchanged;

        public ImportResponse Answer => new(_rows, _added + _changed + _unchanged, _added, _changed, _unchanged);

        public async Task ApplyAsync(List<ImportRow> rows, List<RowFault> faults, CancellationToken cancellation)
        {
            _rows = rows.Count;
            var houses = rows.Select((row, index) => (Row: row, Index: index)).GroupBy(row => row.Row.ListingKey!)
                .ToList();
            var ids = houses.ConvertAll(house => IdOf("listing", house.Key));
            var listings = await db.Listings.Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, cancellation);
            var rooms = (await db.Rooms.Where(r => ids.Contains(r.ListingId)).ToListAsync(cancellation))
                .ToDictionary(r => r.Id);
            var merchants = houses.ConvertAll(house => MerchantOf(house.First().Row));
            var hosts = await db.Hosts.Where(h => merchants.Contains(h.Id)).ToDictionaryAsync(h => h.Id, cancellation);
            var householdIds = houses.ConvertAll(house => HouseholdOf(house.First().Row));
            var households = await db.Households.Where(h => householdIds.Contains(h.Id))
                .ToDictionaryAsync(h => h.Id, cancellation);
            var suspended = (await db.Suspensions.Where(s => s.Suspended).Select(s => s.MerchantId)
                .ToListAsync(cancellation)).ToHashSet();

            foreach (var house in houses)
            {
                var row = house.First().Row;
                var (id, merchant) = (IdOf("listing", house.Key), MerchantOf(row));
                if (!hosts.TryGetValue(merchant, out var host))
                {
                    if (row.Demonstration != true)
                    {
                        faults.Add(new(house.First().Index + firstRow, "merchantId", "No host of this id has joined."));
                        continue;
                    }

                    host = hosts[merchant] = NewHost(row, merchant, households);
                }

                if (listings.TryGetValue(id, out var listing) && listing.MerchantId != merchant)
                {
                    faults.Add(new(house.First().Index + firstRow, "merchantId", "The house belongs to another host."));
                    continue;
                }

                var isNew = listing is null;
                if (listing is null) db.Add(listing = row.Listing()
                    .ToListing(id, merchant, host.HouseholdId, row.Demonstration ?? false));
                else row.Listing().Onto(listing);

                var roomChanged = false;
                foreach (var (of, _) in house)
                {
                    var roomId = IdOf("room", $"{house.Key}/{of.RoomName}");
                    if (rooms.TryGetValue(roomId, out var room)) of.Room().Onto(room);
                    else db.Add(room = of.Room().ToRoom(roomId, id, merchant));
                    roomChanged |= db.Entry(room).State is EntityState.Added or EntityState.Modified;
                }

                var changed = isNew || roomChanged || db.Entry(listing)
                    .Properties.Any(p => p.IsModified && !SameList(p.OriginalValue, p.CurrentValue));
                if (isNew) _added++;
                else if (changed) _changed++;
                else _unchanged++;
                if (!changed) continue;

                if (!isNew) listing.Version++;
                db.Tell(listing, suspended.Contains(merchant), house.Count());
                if (!isNew) await db.TouchRoomsAsync(room => room.ListingId == id, cancellation);
            }
        }

        private Host NewHost(ImportRow row, Guid merchant, Dictionary<Guid, Household> households)
        {
            var id = HouseholdOf(row);
            if (!households.ContainsKey(id))
            {
                db.Add(households[id] = new Household
                {
                    Id = id, Name = row.HouseholdName ?? row.HostName ?? row.NameZh!, County = row.District!,
                    Village = row.Village,
                });
            }

            var host = new Host
            {
                Id = merchant, HouseholdId = id, Name = row.HostName ?? row.NameZh!, County = row.District!,
                LicenceNumber = row.LicenceNumber!, Demonstration = true,
            };
            db.Add(host);
            return host;
        }

        private static Guid MerchantOf(ImportRow row) => row.MerchantId
            ?? IdOf("merchant", row.HouseholdKey ?? row.ListingKey!);

        private static Guid HouseholdOf(ImportRow row) => IdOf("household", row.HouseholdKey ?? row.ListingKey!);

        private static bool SameList(object? one, object? other) =>
            one is string[] first && other is string[] second ? first.AsSpan().SequenceEqual(second)
                : Equals(one, other);
    }
}

/// <summary>The demonstration's file, made anew from a seed whenever it is asked for.</summary>
internal static class ReadDemonstration
{
    public static ContentHttpResult Handle(int seed = 2026, int listings = 820) => TypedResults.Content(
        ImportRow.ToCsv(Demonstration.Rows(seed, Math.Clamp(listings, 1, 5_000))), "text/csv; charset=utf-8");
}
