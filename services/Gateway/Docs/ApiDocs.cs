using Jingdezhen.Tourism.Gateway.Routing;
using Scalar.AspNetCore;

namespace Jingdezhen.Tourism.Gateway.Docs;

/// <summary>One page at /docs over every service's own OpenAPI document; nothing is loaded from elsewhere.</summary>
internal static class ApiDocs
{
    public static void MapDocs(this WebApplication app)
    {
        var services = app.Services.GetRequiredService<RouteTable>().Services;
        app.MapScalarApiReference("/docs", page =>
        {
            page.WithTitle("畅游景德镇 · Enjoy Jingdezhen API");
            page.DefaultFonts = false;

            // Scalar's own services (chat, SDK generator, sharing) would send our documents away.
            page.DisableAgent().DisableMcp().DisableTelemetry().HideDeveloperTools().HideClientButton();
            foreach (var service in services) page.AddDocument(service, service, RouteTable.DocumentPath(service));
        });
    }
}
