using System.Text.Json;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Routes.Places;

// The facts are one document: they are read, edited, compared and kept in the history as a whole, and searched in
// memory.
internal sealed class PlaceMapping : IEntityTypeConfiguration<Place>
{
    public void Configure(EntityTypeBuilder<Place> place)
    {
        place.Property(each => each.Facts).HasColumnType("jsonb")
            .HasConversion(facts => FactsText.Write(facts), text => FactsText.Read(text));
        place.Property(each => each.Version).IsConcurrencyToken();
        place.ToTable("places", table => table.HasCheckConstraint("facts_are_of_the_place", "facts ->> 'id' = id"));
    }
}

internal sealed class PlaceEditMapping : IEntityTypeConfiguration<PlaceEdit>
{
    public void Configure(EntityTypeBuilder<PlaceEdit> edit)
    {
        edit.ToTable("place_edits");
        edit.Property(each => each.Facts).HasColumnType("jsonb")
            .HasConversion(facts => FactsText.Write(facts), text => FactsText.Read(text));
        edit.HasIndex(each => new { each.PlaceId, each.Version }).IsUnique();
        edit.IsAppendOnly();
    }
}

internal sealed class HolidayMapping : IEntityTypeConfiguration<Holiday>
{
    public void Configure(EntityTypeBuilder<Holiday> holiday)
    {
        holiday.ToTable("holidays");
        holiday.HasKey(each => each.Date);
    }
}

internal static class FactsText
{
    public static string Write(PlaceFacts facts) => JsonSerializer.Serialize(facts, PlaceFacts.Json);
    public static PlaceFacts Read(string text) => JsonSerializer.Deserialize<PlaceFacts>(text, PlaceFacts.Json)!;
}

internal sealed class CatalogueEditionMapping : IEntityTypeConfiguration<CatalogueEdition>
{
    public void Configure(EntityTypeBuilder<CatalogueEdition> edition)
    {
        edition.ToTable("catalogue_editions");
        edition.Property(each => each.Id).ValueGeneratedNever();
        edition.HasData(new CatalogueEdition { Id = 1 }, new CatalogueEdition { Id = 2 });
    }
}
