using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Routes.Plans;

// Wishes and plans are read and written whole, and nothing is asked of their insides.
internal sealed class DraftPlanMapping : IEntityTypeConfiguration<DraftPlan>
{
    public void Configure(EntityTypeBuilder<DraftPlan> draft)
    {
        draft.ToTable("draft_plans");
        draft.Property(each => each.Id).ValueGeneratedNever();
        draft.Property(each => each.Wishes).IsJson();
        draft.Property(each => each.Plan).IsJson();
        draft.HasIndex(each => each.MadeAt).HasMethod("brin");
    }
}

internal static class JsonColumn
{
    // Such values are replaced, never changed within; comparing texts of plans with every save would cost more than it
    // tells.
    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property) where T : class =>
        property.HasColumnType("jsonb").HasConversion(
            value => JsonSerializer.Serialize(value, DraftPlan.Json), text =>
                JsonSerializer.Deserialize<T>(text, DraftPlan.Json)!,
            new ValueComparer<T>((left, right) => ReferenceEquals(left, right), value => value.GetHashCode(), value =>
                value));
}
