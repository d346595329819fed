using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Bookings.Bookings;
using Jingdezhen.Tourism.Bookings.Imports;
using Jingdezhen.Tourism.Bookings.Octo;
using Jingdezhen.Tourism.Bookings.Orders;
using Jingdezhen.Tourism.Bookings.Products;
using Jingdezhen.Tourism.Bookings.Storage;
using Jingdezhen.Tourism.Bookings.Tickets;
using Jingdezhen.Tourism.Bookings.WaitingList;
using Jingdezhen.Tourism.Platform.Messaging;
using Jingdezhen.Tourism.Platform.Security;
using Microsoft.AspNetCore.Authorization;

namespace Jingdezhen.Tourism.Bookings;

/// <summary>What this service runs besides its endpoints and consumers.</summary>
internal static class BookingsServices
{
    public static IServiceCollection AddBookings(this IServiceCollection services)
    {
        services.AddSingleton<PersonalDataVault>();
        services.AddSingleton<CatalogueCache>();
        services.AddSingleton<TicketKeys>();
        services.AddSingleton<TouchedSlots>();
        services.AddSingleton(provider => AdmissionGuards.From(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<Admission>();
        services.AddHostedService(provider => provider.GetRequiredService<Admission>());
        services.AddHttpContextAccessor();
        services.AddScoped<OctoBookingCalls>().AddScoped<OctoOrderCalls>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, OctoAuthorizationResults>();
        services.AddHostedService<AnnounceAvailabilityJob>();
        services.AddHostedService<GenerateSlotsJob>();
        services.AddHostedService<ExpireHoldsJob>();
        services.AddHostedService<AskRefundsAgainJob>();
        services.AddSingleton(provider => OrderTimes.From(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<OrderDesk>().AddScoped<CancelOrder>().AddScoped<TripReader>().AddScoped<Alternatives>();
        services.AddScoped<MoveOrders>().AddInboxGroup<OrderWord>((provider, words, cancellation) =>
            provider.GetRequiredService<MoveOrders>().HandleAsync(words, cancellation));
        services.AddSingleton<OrderWatch>().AddSingleton<OrderWatchInterceptor>();
        services.ConfigureDbContext<BookingsDb>((provider, options) =>
            options.AddInterceptors(provider.GetRequiredService<OrderWatchInterceptor>()));
        services.AddHostedService<SweepOrdersJob>().AddHostedService<WatchOrdersJob>();
        services.AddScoped<AllotPlaces>();
        services.AddScoped<SellOutOneSlot>();
        services.AddHostedService<AllotPlacesJob>();
        return services;
    }
}
