using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Jingdezhen.Tourism.Contracts.Identity.V1;
using Jingdezhen.Tourism.Notifications.Notices;
using Jingdezhen.Tourism.Notifications.Storage;
using Jingdezhen.Tourism.Platform.Http;
using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Jingdezhen.Tourism.Notifications.Preferences;

/// <param name="Language">zh or en.</param>
/// <param name="TopicsOff">Topics the person does not want to hear of.</param>
public sealed record ChangePreferencesRequest(
    [StringLength(254)] string? Email, [RegularExpression(@"^\+?[0-9]{6,15}$")] string? Phone,
    [Required, RegularExpression("^(zh|en)$")] string Language, bool ByMail, bool BySms, string[]? TopicsOff = null);

public sealed record PreferencesResponse(
    string? Email, string? Phone, string Language, bool ByMail, bool BySms, IReadOnlyList<string> TopicsOff);

/// <summary>A person's own preferences; nobody else's can be named.</summary>
internal static class PreferenceEndpoints
{
    public static void MapPreferences(this IEndpointRouteBuilder routes)
    {
        var preferences = routes.MapGroup("/preferences").WithTags("Preferences");
        preferences.MapGet("", FindAsync).WithName("findPreferences");
        preferences.MapPut("", ChangeAsync).WithName("changePreferences");
        preferences.MapDelete("", ForgetAsync).WithName("forgetPreferences");
    }

    private static async Task<Results<Ok<PreferencesResponse>, NotFound>> FindAsync(
        ClaimsPrincipal user, NotificationsDb db, CancellationToken cancellation) =>
        await db.Preferences.FindAsync([user.AccountId()], cancellation) is { } found
            ? TypedResults.Ok(Response(found))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<PreferencesResponse>, ProblemHttpResult>> ChangeAsync(
        ChangePreferencesRequest request, ClaimsPrincipal user, NotificationsDb db, Templates templates,
        CancellationToken cancellation)
    {
        if (request.Email is not null
            && (request.Email.Any(char.IsControl) || !MailboxAddress.TryParse(request.Email, out var mailbox)
                || mailbox.Address != request.Email))
        {
            return Problems.Invalid("email", "An address like name@example.cn.");
        }

        if (request is { ByMail: true, Email: null }) return Problems.Invalid("email", "Mail needs an address.");
        if (request is { BySms: true, Phone: null }) return Problems.Invalid("phone", "Text messages need a number.");
        var off = (request.TopicsOff ?? []).Distinct().ToArray();
        if (Array.FindIndex(off, topic => topic is null || !templates.Topics.Contains(topic)) is >= 0 and var unknown)
        {
            return Problems.Invalid("topicsOff", $"{off[unknown]} is none of {string.Join(", ", templates.Topics)}.");
        }

        var account = user.AccountId();
        var preference = await db.Preferences.FindAsync([account], cancellation)
            ?? db.Preferences.Add(new() { AccountId = account }).Entity;
        preference.Change(
            user.MerchantId(),
            user.IsInRole(Roles.Admin) ? Roles.Admin : user.IsInRole(Roles.Operator) ? Roles.Operator : null,
            request.Email, request.Phone, request.Language, request.ByMail, request.BySms, off);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(Response(preference));
    }

    private static async Task<NoContent> ForgetAsync(
        ClaimsPrincipal user, NotificationsDb db, CancellationToken cancellation)
    {
        var account = user.AccountId();
        await db.Preferences.Where(preference => preference.AccountId == account).ExecuteDeleteAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static PreferencesResponse Response(Preference row) =>
        new(row.Email, row.Phone, row.Language, row.ByMail, row.BySms, row.TopicsOff);
}

internal sealed class ForgetAccountConsumer(NotificationsDb db) : IConsumer<AccountDeleted>
{
    public async Task Consume(ConsumeContext<AccountDeleted> context)
    {
        var account = context.Message.AccountId;
        await db.Preferences.Where(row => row.AccountId == account).ExecuteDeleteAsync(context.CancellationToken);
        await db.Notices.Where(row => row.AccountId == account).ExecuteDeleteAsync(context.CancellationToken);
        await db.Subjects.Where(row => row.AccountId == account).ExecuteDeleteAsync(context.CancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE notices SET told = array_remove(told, {account})
            WHERE next_attempt_at IS NOT NULL AND {account} = ANY(told)
            """, context.CancellationToken);
        var callers = $"%/{account}";
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM idempotency_keys WHERE caller LIKE {callers}", context.CancellationToken);
    }
}
