using Jingdezhen.Tourism.Platform.Http;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

internal static class WaitingEndpoints
{
    public static RouteGroupBuilder MapWaitingList(this RouteGroupBuilder v1)
    {
        var parties = v1.MapGroup("/waiting-parties").WithTags("Waiting list").RequireAuthorization(Roles.Tourist);
        parties.MapPost("/", JoinWaitingList.Handle).WithName(nameof(JoinWaitingList)).RequireIdempotencyKey();
        parties.MapGet("/", FindWaitingParties.Handle).WithName(nameof(FindWaitingParties));
        parties.MapGet("/{id:guid}", ShowWaitingParty.Handle).WithName(nameof(ShowWaitingParty));
        parties.MapPost("/{id:guid}/leave", LeaveWaitingList.Handle).WithName(nameof(LeaveWaitingList));

        var line = v1.MapGroup("/availability/{id:guid}").WithTags("Waiting list");
        line.MapGet("/waiting-parties", ShowWaitingLine.Handle).WithName(nameof(ShowWaitingLine));
        line.MapGet("/waiting-log", ReadWaitingLog.Handle).WithName(nameof(ReadWaitingLog));
        line.MapGet("/waiting-log/replay", ReplayWaitingList.Handle).WithName(nameof(ReplayWaitingList));
        return v1;
    }
}
