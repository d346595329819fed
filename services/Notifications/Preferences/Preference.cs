using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Jingdezhen.Tourism.Notifications.Preferences;

/// <summary>How an account wants to be reached. The only place where its address stands: the bus carries
/// none.</summary>
internal sealed class Preference
{
    public required Guid AccountId { get; init; }

    /// <summary>Whose business the account also hears of, from its token.</summary>
    public Guid? MerchantId { get; private set; }

    /// <summary>operator or admin, where the account is one of the staff; from its token.</summary>
    public string? StaffRole { get; private set; }

    public string? Email { get; private set; }
    public string? Phone { get; private set; }
    public string Language { get; private set; } = "zh";
    public bool ByMail { get; private set; }
    public bool BySms { get; private set; }
    public string[] TopicsOff { get; private set; } = [];

    public void Change(
        Guid? merchantId, string? staffRole, string? email, string? phone, string language, bool byMail, bool bySms,
        string[] topicsOff)
    {
        (MerchantId, StaffRole, Email, Phone, Language) = (merchantId, staffRole, email, phone, language);
        (ByMail, BySms, TopicsOff) = (byMail, bySms, topicsOff);
    }

    public string? AddressFor(string channel, string topic) =>
        TopicsOff.Contains(topic) ? null
        : channel == "mail" ? ByMail ? Email : null
        : BySms ? Phone : null;
}

internal sealed class PreferenceMapping : IEntityTypeConfiguration<Preference>
{
    public void Configure(EntityTypeBuilder<Preference> preference)
    {
        preference.ToTable("preferences");
        preference.HasKey(row => row.AccountId);
        preference.HasIndex(row => row.MerchantId);
        preference.HasIndex(row => row.StaffRole).HasFilter("staff_role IS NOT NULL");
    }
}
