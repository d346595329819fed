namespace Jingdezhen.Tourism.Bookings.Suppliers;

/// <summary>Who sells: a merchant of Identity, under the same id.</summary>
internal sealed class Supplier
{
    public required Guid Id { get; init; }
    public required string NameZh { get; internal set; }
    public required string NameEn { get; internal set; }
    public required string County { get; internal set; }
    public string? Website { get; internal set; }
    public string? Email { get; internal set; }
    public string? Telephone { get; internal set; }
    public string? Address { get; internal set; }

    /// <summary>A suspended supplier sells nothing more; what is sold stays sold.</summary>
    public bool Suspended { get; private set; }

    public long SuspensionVersion { get; private set; }

    /// <summary>Version of the merchant's data in Identity that this row reflects.</summary>
    public long MerchantVersion { get; private set; }

    /// <summary>Takes a suspension or a reinstatement, unless a newer one was taken already.</summary>
    public bool Suspend(bool suspended, long version)
    {
        if (version <= SuspensionVersion) return false;

        (Suspended, SuspensionVersion) = (suspended, version);
        return true;
    }

    /// <summary>Takes the merchant's own data, unless newer data was taken already.</summary>
    public bool Describe(string name, string county, long version)
    {
        if (version <= MerchantVersion) return false;

        (NameZh, NameEn, County, MerchantVersion) = (name, name, county, version);
        return true;
    }
}
