using Jingdezhen.Tourism.Routes.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Routes.Library;

internal sealed class StoredRouteMapping : IEntityTypeConfiguration<StoredRoute>
{
    public void Configure(EntityTypeBuilder<StoredRoute> route)
    {
        route.ToTable("routes");
        route.Property(each => each.Id).ValueGeneratedNever();
        route.Property(each => each.Wishes).IsJson();
        route.Property(each => each.Plan).IsJson();
        route.HasIndex(each => each.Key).IsUnique();
        route.HasIndex(each => each.PlaceIds).HasMethod("gin");
        route.HasIndex(each => each.OnOffer);
    }
}

internal sealed class LibraryRunMapping : IEntityTypeConfiguration<LibraryRun>
{
    public void Configure(EntityTypeBuilder<LibraryRun> run)
    {
        run.ToTable("library_runs");
        run.Property(each => each.Id).ValueGeneratedNever();
        run.HasIndex(each => each.FinishedAt);
    }
}
