using System.Globalization;
using Jingdezhen.Tourism.Routes.Places;
using Jingdezhen.Tourism.Routes.Planning;
using Jingdezhen.Tourism.Routes.Travel;
using Jingdezhen.Tourism.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Jingdezhen.Tourism.Routes.Tests.Travel;

public sealed class TravelTimesTests
{
    private static readonly TravelPoint Hotel = new(29.30, 117.22);

    [Fact]
    public async Task Without_a_routing_service_ways_are_straight_lines_with_a_detour()
    {
        await using var house = House.Of(address: null);

        var table = await house.Travel.TableAsync(House.Places, [Hotel], CancellationToken.None);

        var expected = TravelTable.FromCoordinates([.. House.Points, (Hotel.Lat, Hotel.Lon)], new TravelRules());
        Assert.Equal(expected.WalkMinutes, table.WalkMinutes);
        Assert.Equal(expected.TaxiFen, table.TaxiFen);
        Assert.False(house.Travel.IsRouted);
    }

    [Fact]
    public async Task A_routing_service_fills_the_table_in_the_background_and_a_point_of_ones_own_at_once()
    {
        await using var map = await Map.StartAsync(
            async (from, to) => await Task.FromResult<double?>(60 * (1 + from + (10 * to))));
        await using var house = House.Of(map.Address);
        await house.Travel.TableAsync(House.Places, [], CancellationToken.None);
        await Eventually.Holds(() => Task.FromResult(house.Travel.IsRouted), routed => routed);

        var table = await house.Travel.TableAsync(House.Places, [Hotel], CancellationToken.None);

        var straight = TravelTable.FromCoordinates([.. House.Points, (Hotel.Lat, Hotel.Lon)], new TravelRules());
        Assert.NotEqual(straight.TaxiMinutes[1], table.TaxiMinutes[1]);
        Assert.NotEqual(straight.TaxiMinutes[(3 * 4) + 1], table.TaxiMinutes[(3 * 4) + 1]);
        Assert.Equal(straight.WalkMinutes, table.WalkMinutes);
    }

    [Fact]
    public async Task A_way_that_the_service_does_not_know_is_impossible_by_that_mode()
    {
        await using var map = await Map.StartAsync((_, _) => Task.FromResult<double?>(null));
        await using var house = House.Of(map.Address);

        var table = await house.Travel.TableAsync(House.Places, [Hotel], CancellationToken.None);

        Assert.Equal(TravelTable.Impossible, table.TaxiMinutes[(3 * 4) + 1]);
    }

    [Theory, InlineData("error"), InlineData("slow"), InlineData("garbage"), InlineData("gone")]
    public async Task A_service_that_fails_is_replaced_by_straight_lines_and_soon_no_longer_asked(string failure)
    {
        await using var map = await Map.StartAsync((_, _) => Task.FromResult<double?>(1), failure);
        if (failure == "gone") await map.StopAsync();
        await using var house = House.Of(map.Address, timeout: 150);
        var straight = TravelTable.FromCoordinates([.. House.Points, (29.31, 117.2)], new TravelRules());

        for (var visitor = 0; visitor < 12; visitor++)
        {
            var table = await house.Travel.TableAsync(House.Places, [new(29.31, 117.2)], CancellationToken.None);
            Assert.Equal(straight.TaxiMinutes, table.TaxiMinutes);
        }

        var asked = map.Asked;
        await house.Travel.TableAsync(House.Places, [new(29.32, 117.2)], CancellationToken.None);
        if (failure != "garbage") Assert.Equal(asked, map.Asked);
    }

    [Fact]
    public async Task A_point_that_was_asked_for_is_not_asked_for_again()
    {
        await using var map = await Map.StartAsync((_, _) => Task.FromResult<double?>(600));
        await using var house = House.Of(map.Address);
        await house.Travel.TableAsync(House.Places, [Hotel], CancellationToken.None);
        await Eventually.Holds(() => Task.FromResult(house.Travel.IsRouted), routed => routed);
        var asked = map.Asked;

        await house.Travel.TableAsync(House.Places, [Hotel], CancellationToken.None);

        Assert.Equal(asked, map.Asked);
    }

    private sealed class House : IAsyncDisposable
    {
        public static readonly Catalogue Places = Three();
        public static readonly (double Lat, double Lon)[] Points =
            [.. Places.Places.Select(place => (place.Facts.Lat, place.Facts.Lon))];
        private readonly WebApplication application;

        private House(WebApplication application) => this.application = application;

        public TravelTimes Travel => application.Services.GetRequiredService<TravelTimes>();

        public static House Of(string? address, int timeout = 5000)
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Travel:Osrm:Taxi"] = address, ["Travel:Osrm:TimeoutMilliseconds"] =
                    timeout.ToString(CultureInfo.InvariantCulture),
            });
            builder.AddTravel();
            return new(builder.Build());
        }

        public ValueTask DisposeAsync() => application.DisposeAsync();

        private static Catalogue Three()
        {
            var rows = System.Text.Json.Nodes.JsonNode.Parse(RoutesFixture.Catalogue("places.json"))!.AsArray();
            return new(1, rows.Take(3).Select(row =>
            {
                var place = new Place { Id = row!["id"]!.GetValue<string>() };
                place.Edit(PlaceReader.Read(row.AsObject()).Facts!, Guid.Empty, "test", RoutesFixture.Morning);
                return place;
            }), []);
        }
    }

    /// <summary>A routing service as OSRM answers, on a port of its own.</summary>
    private sealed class Map(WebApplication application) : IAsyncDisposable
    {
        private int asked;

        public int Asked => Volatile.Read(ref asked);
        public string Address { get; private set; } = "";

        public static async Task<Map> StartAsync(Func<int, int, Task<double?>> seconds, string? failure = null)
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var application = builder.Build();
            var map = new Map(application);
            application.MapGet("/table/v1/car/{coordinates}",
                async (string coordinates, string sources, string destinations, CancellationToken gone) =>
            {
                Interlocked.Increment(ref map.asked);
                if (failure == "error") return Results.StatusCode(500);
                if (failure == "garbage") return Results.Text(
                    "{\"code\":\"Ok\",\"durations\":[[1]]}", "application/json");
                if (failure == "slow") await new TaskCompletionSource().Task.WaitAsync(gone);
                var (from, to) = (Read(sources), Read(destinations));
                var durations = new List<List<double?>>();
                foreach (var source in from)
                {
                    var row = new List<double?>();
                    foreach (var destination in to) row.Add(await seconds(source, destination));
                    durations.Add(row);
                }

                return Results.Json(new { code = "Ok", durations });
            });
            await application.StartAsync();
            map.Address = $"{application.Urls.Single()}/table/v1/car/";
            return map;

            static int[] Read(string positions) =>
                [.. positions.Split(';').Select(each => int.Parse(each, CultureInfo.InvariantCulture))];
        }

        public Task StopAsync() => application.StopAsync();

        public ValueTask DisposeAsync() => application.DisposeAsync();
    }
}
