using System.Text.Json;
using Jingdezhen.Tourism.Bookings.Availability;
using Jingdezhen.Tourism.Platform.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Bookings.WaitingList;

internal sealed class WaitingMapping : IEntityTypeConfiguration<WaitingParty>, IEntityTypeConfiguration<WaitingLogEntry>
{
    public void Configure(EntityTypeBuilder<WaitingParty> party)
    {
        party.ToTable("waiting_parties");
        party.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        party.Property(p => p.State).HasConversion<string>();
        party.Property(p => p.Units).HasColumnType("jsonb").HasConversion(
            units => JsonSerializer.Serialize(units, JsonSerializerOptions.Web),
            text => JsonSerializer.Deserialize<List<HoldUnit>>(text, JsonSerializerOptions.Web)!,
            new ValueComparer<List<HoldUnit>>(
                (one, other) => ReferenceEquals(one, other), units => units.Count, units => units));

        // The line of a slot; and who waits twice in it is one party.
        party.HasIndex(p => new { p.SlotId, p.Arrival }).IsUnique();
        party.HasIndex(p => new { p.AccountId, p.SlotId }).IsUnique().HasFilter("state IN ('Waiting', 'Offered')");
        party.HasIndex(p => new { p.AccountId, p.Id }).HasFilter("account_id IS NOT NULL");
        party.HasIndex(p => p.BookingId).HasFilter("booking_id IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<WaitingLogEntry> entry)
    {
        entry.ToTable("waiting_log");
        entry.HasKey(e => new { e.SlotId, e.Sequence });
        entry.IsAppendOnly();
    }
}
