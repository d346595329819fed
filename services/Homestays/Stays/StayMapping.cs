using Jingdezhen.Tourism.Homestays.Listings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Homestays.Stays;

internal sealed class StayMapping :
    IEntityTypeConfiguration<Stay>, IEntityTypeConfiguration<StayPayment>, IEntityTypeConfiguration<StayRefund>,
    IEntityTypeConfiguration<Review>, IEntityTypeConfiguration<WithdrawnHold>
{
    /// <summary>States in which the nights are taken; the exclusion constraint has the same list.</summary>
    internal const string TakenStates = "('held', 'confirmed', 'checked-in', 'checked-out')";

    // Two live stays never share a night of a room: that is an exclusion constraint in the first migration.
    public void Configure(EntityTypeBuilder<Stay> stay)
    {
        stay.Property(s => s.Id).ValueGeneratedNever();
        stay.Property<uint>("Version").HasColumnName("xmin").IsRowVersion();
        stay.Ignore(s => s.Guests).Ignore(s => s.KeptFen);
        stay.Property(s => s.HeldAt).HasDefaultValueSql("now()");
        stay.Property(s => s.ChangedAt).HasDefaultValueSql("now()").ValueGeneratedOnAddOrUpdate();
        stay.HasOne<Room>().WithMany().HasForeignKey(s => s.RoomId);
        stay.HasIndex(s => s.ExpiresAt).HasFilter("state = 'held'").HasDatabaseName("ix_stays_held");
        stay.HasIndex(s => s.ChangedAt).HasMethod("brin");
        stay.HasIndex(s => new { s.AccountId, s.HeldAt });
        stay.HasIndex(s => new { s.MerchantId, s.Arrival });
        stay.ToTable(table =>
        {
            table.HasCheckConstraint("stay_has_nights", "arrival < departure");
            table.HasCheckConstraint("night_prices_match", "cardinality(nightly_fen) = departure - arrival");
            table.HasCheckConstraint("keeps_what_was_paid", "refunded_fen BETWEEN 0 AND paid_fen");
            table.HasCheckConstraint("known_state",
                "state IN ('held', 'confirmed', 'checked-in', 'checked-out', 'cancelled', 'expired', 'released', "
                + "'no-show')");
        });
    }

    public void Configure(EntityTypeBuilder<StayPayment> payment)
    {
        payment.ToTable("stay_payments").HasKey(p => p.Key);
        payment.HasOne<Stay>().WithMany(s => s.Payments).HasForeignKey(p => p.StayId)
            .OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<StayRefund> refund)
    {
        refund.ToTable("stay_refunds", table => table.HasCheckConstraint("something_is_owed", "amount_fen > 0"));
        refund.Property(r => r.Id).ValueGeneratedNever();
        refund.HasIndex(r => r.Key).IsUnique();
        refund.HasIndex(r => r.AskedAs).IsUnique();
        refund.HasIndex(r => r.AskAgainAt).HasFilter("ask_again_at IS NOT NULL");
        refund.HasOne<Stay>().WithMany(s => s.Refunds).HasForeignKey(r => r.StayId)
            .OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Review> review)
    {
        review.HasKey(r => r.StayId);
        review.Property(r => r.StayId).ValueGeneratedNever();
        review.HasOne<Stay>().WithOne().HasForeignKey<Review>(r => r.StayId);
        review.HasIndex(r => new { r.ListingId, r.WrittenAt });
        review.ToTable(table => table.HasCheckConstraint("one_to_five_stars", "stars BETWEEN 1 AND 5"));
    }

    public void Configure(EntityTypeBuilder<WithdrawnHold> hold) => hold.ToTable("withdrawn_holds")
        .HasKey(h => h.StayId);
}
