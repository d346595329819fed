using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Routes.Library;

internal static class LibraryEndpoints
{
    public static void AddLibrary(this IServiceCollection services)
    {
        services.AddSingleton<RouteBook>();
        services.AddSingleton<LibraryBuilder>();
        services.AddHostedService<BuildLibraryJob>();
    }

    public static RouteGroupBuilder MapLibrary(this RouteGroupBuilder v1)
    {
        v1.MapGet("/routes", FindRoutes.Handle).AllowAnonymous();
        v1.MapGet("/routes/library", GenerateRoutes.Library).AllowAnonymous();
        v1.MapGet("/routes/{id:guid}", FindRoutes.Show).AllowAnonymous();
        v1.MapPost("/routes/generations", GenerateRoutes.Handle).RequireAuthorization(Roles.Admin);
        v1.MapGet("/routes/generations/{id:guid}", GenerateRoutes.Show).RequireAuthorization(Roles.Admin);
        return v1;
    }
}
