using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.Suppliers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Imports;

/// <summary>Loads the catalogue, all or nothing. Loading the same files again changes nothing.</summary>
internal static class ImportCatalogue
{
    public static async Task<Results<Ok<ImportCatalogueResponse>, ProblemHttpResult>> Handle(
        ImportCatalogueRequest request, BookingsDb db, CatalogueCache catalogues, SellOutOneSlot sellOut,
        TimeProvider clock, CancellationToken cancellation)
    {
        var bad = new CatalogueCheck(request).Run();
        if (bad.Count > 0)
        {
            return TypedResults.Problem(
                $"{bad.Count} rows cannot be taken; nothing was changed.", statusCode: StatusCodes.Status400BadRequest,
                extensions: new Dictionary<string, object?> { ["code"] = "bad-rows", ["rows"] = bad });
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // One import at a time: two at once would both find a product missing and add it.
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM catalogue_versions FOR UPDATE", cancellation);
        await SaveSuppliersAsync(db, request.Suppliers, cancellation);
        var venues = await SaveVenuesAsync(db, request.Assumptions, cancellation);
        var assumed = 0;
        foreach (var row in request.Products) assumed += await SaveProductAsync(db, row, request, clock, cancellation);

        await db.ChangeCatalogueAsync(cancellation);
        var slots = await SlotGenerator.GenerateAsync(db, cancellation);
        await transaction.CommitAsync(cancellation);
        catalogues.Expire();
        await sellOut.RunAsync(cancellation);
        return TypedResults.Ok(
            new ImportCatalogueResponse(request.Suppliers.Count, request.Products.Count, venues, slots, assumed));
    }

    private static async Task SaveSuppliersAsync(
        BookingsDb db, IReadOnlyList<SupplierRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            var supplier = await db.Suppliers.FindAsync([row.Id!.Value], cancellation)
                ?? db.Suppliers.Add(new Supplier { Id = row.Id.Value, NameZh = "", NameEn = "", County = "" }).Entity;
            (supplier.NameZh, supplier.NameEn, supplier.County) = (row.NameZh!, row.NameEn!, row.County!);
            (supplier.Website, supplier.Email, supplier.Telephone, supplier.Address) = (
                row.Website, row.Email, row.Telephone, row.Address);
        }

        await db.SaveChangesAsync(cancellation);
    }

    private static async Task<int> SaveVenuesAsync(
        BookingsDb db, IReadOnlyList<AssumptionRow> rows, CancellationToken cancellation)
    {
        var quotas = rows.Where(row => row.Venue is not null).ToList();
        foreach (var row in quotas)
        {
            var venue = await db.Venues.FindAsync([row.Venue!], cancellation)
                ?? db.Venues.Add(new Venue { Id = row.Venue!, DailyCapacity = 1, Assumed = true }).Entity;
            venue.DailyCapacity = row.DailyCapacity!.Value;
        }

        await db.SaveChangesAsync(cancellation);
        return quotas.Count;
    }

    private static async Task<int> SaveProductAsync(
        BookingsDb db, ProductRow row, ImportCatalogueRequest files, TimeProvider clock, CancellationToken cancellation)
    {
        var place = files.Places.Single(place => place.Id == row.Venue);
        var product = await db.Products.Include(p => p.Options).ThenInclude(option => option.Units)
            .SingleOrDefaultAsync(p => p.SupplierId == row.Supplier && p.Code == row.Code, cancellation)
            ?? db.Products.Add(NewProduct(row, place)).Entity;
        (product.Kind, product.County, product.Night, product.RealName) = (
            row.Kind!, place.District!, row.Night, row.RealName);
        (product.NameZh, product.NameEn, product.SummaryZh, product.SummaryEn) = (
            row.NameZh!, row.NameEn!, row.SummaryZh ?? "", row.SummaryEn ?? "");
        (product.Latitude, product.Longitude) = (place.Lat!.Value, place.Lon!.Value);
        (product.Languages, product.Themes) = (row.Languages ?? ["zh"], place.Themes ?? []);
        product.RefundTiers = (row.RefundTiers ?? [])
            .Select(tier => new RefundTier { HoursBefore = tier.HoursBefore, Percent = tier.Percent }).ToList();

        var assumed = new List<string>();
        foreach (var optionRow in row.Options!)
        {
            var full = CompleteOption.Of(row, optionRow, files);
            assumed.AddRange(full.Assumed);
            var option = SaveOption(product, optionRow, full, isDefault: optionRow == row.Options[0]);
            await SaveSchedulesAsync(db, option, full, clock, cancellation);
        }

        product.Assumed = [.. assumed];
        await db.SaveChangesAsync(cancellation);
        return assumed.Count;
    }

    private static Product NewProduct(ProductRow row, PlaceRow place) => new()
    {
        Id = Guid.CreateVersion7(), SupplierId = row.Supplier!.Value, Code = row.Code!, Kind = row.Kind!,
        VenueId = place.Id!, County = place.District!, NameZh = row.NameZh!, NameEn = row.NameEn!, SummaryZh = "",
        SummaryEn = "",
        AvailabilityType = row.AvailabilityType == "START_TIME"
            ? AvailabilityType.StartTime
            : AvailabilityType.OpeningHours,
        PricedPer = row.PricedPer == "UNIT" ? PricedPer.Unit : PricedPer.Booking,
        Night = row.Night, RealName = row.RealName, Latitude = place.Lat!.Value, Longitude = place.Lon!.Value,
        Languages = [], Themes = [], Assumed = [], RefundTiers = [],
    };

    private static Option SaveOption(Product product, OptionRow row, CompleteOption full, bool isDefault)
    {
        var option = product.Options.Find(known => known.Code == row.Code);
        if (option is null)
        {
            option = new Option
            {
                Id = Guid.CreateVersion7(), ProductId = product.Id, Code = row.Code!, NameZh = "", NameEn = "",
                IsDefault = isDefault, MinUnits = 1, MaxUnits = 1, CutoffMinutes = 0,
            };
            product.Options.Add(option);
        }

        (option.NameZh, option.NameEn, option.IsDefault) = (
            row.NameZh ?? product.NameZh, row.NameEn ?? product.NameEn, isDefault);
        (option.MinUnits, option.MaxUnits, option.CutoffMinutes) = (row.MinUnits, row.MaxUnits, row.CutoffMinutes);
        option.PriceFen = product.PricedPer == PricedPer.Booking ? full.PriceFen : null;
        foreach (var (unitRow, priceFen) in full.Units)
        {
            var unit = option.Units.Find(known => known.Type == unitRow.Type && known.PaxCount == unitRow.PaxCount);
            if (unit is null)
            {
                unit = new Unit
                {
                    Id = Guid.CreateVersion7(), OptionId = option.Id, Type = unitRow.Type!, NameZh = "", NameEn = "",
                    MinAge = 0, MaxAge = 0, IdRequired = false, PaxCount = unitRow.PaxCount, PriceFen = 0,
                    AccompaniedBy = [],
                };
                option.Units.Add(unit);
            }

            (unit.NameZh, unit.NameEn) = (unitRow.NameZh ?? unitRow.Type!, unitRow.NameEn ?? unitRow.Type!);
            (unit.MinAge, unit.MaxAge, unit.IdRequired) = (unitRow.MinAge, unitRow.MaxAge, unitRow.IdRequired);
            (unit.PriceFen, unit.AccompaniedBy) = (priceFen ?? 0, unitRow.AccompaniedBy ?? []);
        }

        return option;
    }

    private static async Task SaveSchedulesAsync(
        BookingsDb db, Option option, CompleteOption full, TimeProvider clock, CancellationToken cancellation)
    {
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var known = await db.Schedules.Where(schedule => schedule.OptionId == option.Id).ToListAsync(cancellation);
        db.Schedules.RemoveRange(known);
        db.Schedules.AddRange(full.Schedules.Select(schedule => new Schedule
        {
            Id = Guid.CreateVersion7(), OptionId = option.Id, FirstDay = today, LastDay = today.AddYears(2),
            Weekdays = schedule.Weekdays, StartTimes = schedule.Starts, DurationMinutes = schedule.Minutes,
            Capacity = full.Capacity!.Value,
        }));
    }
}
