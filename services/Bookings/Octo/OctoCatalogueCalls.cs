using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Microsoft.EntityFrameworkCore;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>The reading half of OCTO: who sells, what, when.</summary>
internal static class OctoCatalogueCalls
{
    private const int LongestDays = 366;
    private const int MostSlots = 5000;

    // One connection, one supplier: the platform sells for all merchants of the city.
    private static readonly Guid PlatformId = Guid.Parse("01900000-0000-7000-8000-000000000001");

    public static async Task<IResult> Supplier(HttpContext http, CatalogueCache catalogues)
    {
        var wants = OctoWants.Of(http);
        await catalogues.GetAsync(http.RequestAborted);
        var platform = new Suppliers.Supplier
        {
            Id = PlatformId, NameZh = "享游景德镇", NameEn = "Enjoy Jingdezhen", County = "Zhushan",
        };
        return Json(OctoView.Supplier(platform, $"{http.Request.Scheme}://{http.Request.Host}/octo", wants));
    }

    public static IResult Capabilities(HttpContext http)
    {
        OctoWants.Of(http);
        return Json(OctoWants.Served);
    }

    public static async Task<IResult> Products(HttpContext http, CatalogueCache catalogues, BookingsDb db)
    {
        var wants = OctoWants.Of(http);
        var starts = await StartTimesAsync(db, null, http.RequestAborted);
        return Json((await catalogues.GetAsync(http.RequestAborted)).OnSale.Where(IsSoldHere)
            .Select(product => OctoView.Product(product, starts, wants)).ToList());
    }

    public static async Task<IResult> Product(string id, HttpContext http, CatalogueCache catalogues, BookingsDb db)
    {
        var wants = OctoWants.Of(http);
        var product = FindProduct(await catalogues.GetAsync(http.RequestAborted), id);
        return Json(OctoView.Product(product, await StartTimesAsync(db, product, http.RequestAborted), wants));
    }

    public static async Task<IResult> Availability(HttpContext http, CatalogueCache catalogues, BookingsDb db)
    {
        var wants = OctoWants.Of(http);
        var body = await OctoJson.ReadAsync<OctoAvailabilityBody>(http.Request);
        var (product, option) = FindOption(
            await catalogues.GetAsync(http.RequestAborted), body.ProductId, body.OptionId);
        CheckUnits(body.Units, option);
        var byDays = body.LocalDateStart is not null || body.LocalDateEnd is not null;
        if (byDays == body.AvailabilityIds is not null)
        {
            throw OctoException.BadRequest("Give either localDateStart and localDateEnd or availabilityIds.");
        }

        List<SlotRow> slots;
        if (byDays)
        {
            var (from, to) = Days(body);
            slots = await db.SlotsAsync([option.Id], from, to, MostSlots, http.RequestAborted);
        }
        else
        {
            slots = await db.SlotsAsync(
                [.. body.AvailabilityIds!.Select(id => Guid.TryParse(id, out var known) ? known : Guid.Empty)],
                http.RequestAborted);
            slots.RemoveAll(slot => slot.OptionId != option.Id);
        }

        return Json(slots.ConvertAll(slot => OctoView.Availability(slot, product, option, wants, body.Units)));
    }

    public static async Task<IResult> Calendar(HttpContext http, CatalogueCache catalogues, BookingsDb db)
    {
        var wants = OctoWants.Of(http);
        var body = await OctoJson.ReadAsync<OctoAvailabilityBody>(http.Request);
        var (product, option) = FindOption(
            await catalogues.GetAsync(http.RequestAborted), body.ProductId, body.OptionId);
        CheckUnits(body.Units, option);
        var (from, to) = Days(body);
        var slots = await db.SlotsAsync([option.Id], from, to, MostSlots, http.RequestAborted);
        return Json(slots.GroupBy(slot => slot.LocalDate).OrderBy(day => day.Key)
            .Select(day => OctoView.Day(day.Key, [.. day], product, option, wants)).ToList());
    }

    /// <summary>Real names cannot be given over OCTO, so what requires them is not sold there.</summary>
    public static bool IsSoldHere(Product product) => !product.RealName;

    public static Product FindProduct(Catalogue catalogue, string? id) =>
        Guid.TryParse(id, out var known) && catalogue.Products.TryGetValue(known, out var product)
            && catalogue.IsOnSale(product) && IsSoldHere(product)
            ? product
            : throw OctoException.Product(id);

    public static (Product Product, Option Option) FindOption(Catalogue catalogue, string? productId, string? optionId)
    {
        var product = FindProduct(catalogue, productId);
        return (product,
            product.Options.Find(option => option.Id.ToString() == optionId) ?? throw OctoException.Option(optionId));
    }

    public static async Task<ILookup<Guid, OctoStart>> StartTimesAsync(
        BookingsDb db, Product? product, CancellationToken cancellation)
    {
        var options = product?.Options.Select(option => option.Id).ToArray();
        var schedules = await db.Schedules.AsNoTracking()
            .Where(schedule => options == null || options.Contains(schedule.OptionId))
            .Select(schedule => new { schedule.OptionId, schedule.StartTimes, schedule.DurationMinutes })
            .ToListAsync(cancellation);
        return schedules
            .SelectMany(
                schedule => schedule.StartTimes,
                (schedule, start) => (schedule.OptionId, Start: new OctoStart(start, schedule.DurationMinutes)))
            .ToLookup(pair => pair.OptionId, pair => pair.Start);
    }

    public static IResult Json<T>(T body) => TypedResults.Json(body, OctoJson.Options);

    private static void CheckUnits(IReadOnlyList<OctoUnitQuantity>? units, Option option)
    {
        foreach (var unit in units ?? [])
        {
            if (!option.Units.Exists(known => known.Id.ToString() == unit.Id)) throw OctoException.Unit(unit.Id);
            if (unit.Quantity is not (>= 0 and <= 10_000))
            {
                throw OctoException.BadRequest("A quantity is a whole number from 0 to 10000.");
            }
        }
    }

    private static (DateOnly From, DateOnly To) Days(OctoAvailabilityBody body)
    {
        if (OctoJson.ReadDate(body.LocalDateStart) is not { } from
            || OctoJson.ReadDate(body.LocalDateEnd) is not { } to)
        {
            throw OctoException.BadRequest("localDateStart and localDateEnd must be dates, YYYY-MM-DD.");
        }

        if (to < from || to.DayNumber - from.DayNumber >= LongestDays)
        {
            throw OctoException.BadRequest(
                $"localDateEnd must not be before localDateStart, and at most {LongestDays} days are answered.");
        }

        return (from, to);
    }
}
