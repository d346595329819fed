using Jingdezhen.Tourism.Bookings.Availability;

namespace Jingdezhen.Tourism.Bookings.Octo;

/// <summary>OCTO's errors. All client errors are 400, but UNAUTHORIZED 401 and FORBIDDEN 403.</summary>
internal sealed class OctoException(OctoError error, int status = StatusCodes.Status400BadRequest)
    : Exception(error.ErrorMessage)
{
    public OctoError Error { get; } = error;
    public int Status { get; } = status;

    public static OctoException Product(string? id) =>
        new(new("INVALID_PRODUCT_ID", "The productId was missing or invalid") { ProductId = id });

    public static OctoException Option(string? id) =>
        new(new("INVALID_OPTION_ID", "The optionId was missing or invalid") { OptionId = id });

    public static OctoException Unit(string? id) =>
        new(new("INVALID_UNIT_ID", "The unitId was missing or invalid") { UnitId = id });

    public static OctoException Availability(string? id) =>
        new(new("INVALID_AVAILABILITY_ID", "The availabilityId was missing or invalid") { AvailabilityId = id });

    public static OctoException Uuid(string? uuid, string because = "The uuid was missing, already used or invalid") =>
        new(new("INVALID_BOOKING_UUID", because) { Uuid = uuid });

    public static OctoException BadRequest(string because) => new(new("BAD_REQUEST", because));

    public static OctoException Unprocessable(string because) => new(new("UNPROCESSABLE_ENTITY", because));

    /// <summary>A refusal of the door in the standard's words.</summary>
    public static OctoException Of(HoldOutcome.Refused refused, OctoReserveBody body) => refused.Refusal.Code switch
    {
        "unknown-availability" => Availability(body.AvailabilityId),
        "unknown-unit" => Unit(body.UnitItems is [var first, ..] ? first.UnitId : null),
        "idempotency-key-reused" => Uuid(body.Uuid),
        "overloaded" =>
            new(new("INTERNAL_SERVER_ERROR", refused.Refusal.Reason), StatusCodes.Status503ServiceUnavailable),
        _ => Unprocessable(refused.Refusal.Reason),
    };
}

/// <summary>Turns what goes wrong below <c>/octo</c> into the standard's error bodies.</summary>
internal sealed class OctoErrorFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (OctoException refused)
        {
            return TypedResults.Json(refused.Error, OctoJson.Options, statusCode: refused.Status);
        }
    }
}
