using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Jingdezhen.Tourism.Platform.Hosting;

/// <summary>
/// OpenTelemetry: metrics at <c>/metrics</c> always; traces where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector,
/// one request in <c>1 / Telemetry:SampleRatio</c>.
/// </summary>
internal static class Telemetry
{
    public static void AddPlatformTelemetry(this WebApplicationBuilder builder, string service)
    {
        var collected = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"jingdezhen-{service}"))
            .WithMetrics(metrics =>
            {
                metrics.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
                    .AddMeter("Npgsql", InstrumentationOptions.MeterName, "Jingdezhen.Tourism.*")
                    .AddPrometheusExporter();
                if (collected) metrics.AddOtlpExporter();
            });
        if (!collected) return;

        var ratio = builder.Configuration.GetValue("Telemetry:SampleRatio", 0.1);
        telemetry.WithTracing(tracing => tracing
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)))
            .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql()
            .AddSource(DiagnosticHeaders.DefaultListenerName, "Jingdezhen.Tourism.*")
            .AddOtlpExporter());
    }
}
