using System.Security.Claims;

namespace Jingdezhen.Tourism.Complaints.Cases;

/// <summary>Who did something: a role and, for people, their account.</summary>
internal readonly record struct Actor(string Role, Guid? Id)
{
    /// <summary>Decided by the rules themselves.</summary>
    public static readonly Actor Rule = new("rule", null);

    public static Actor Of(ClaimsPrincipal user) =>
        new(user.FindFirstValue("role") ?? "caller", user.AccountId());

    public override string ToString() => Id is { } id ? $"{Role}:{id}" : Role;
}
