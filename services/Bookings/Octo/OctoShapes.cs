using System.Text.Json.Serialization;

namespace Jingdezhen.Tourism.Bookings.Octo;

// The shapes of OCTO 2.x, member by member (octotravel/typespec 0.1.36). A member that is null is written as null; the
// members of a capability that was not asked for are absent, which is what WhenWritingNull marks.

public sealed record OctoError(string Error, string ErrorMessage)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ProductId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? OptionId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? UnitId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? AvailabilityId { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Uuid { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? OrderId { get; init; }
}

public sealed record OctoCapability(
    string Id, int Revision, bool Required, IReadOnlyList<string> Dependencies, string? Docs);

public sealed record OctoSupplier(string Id, string Name, string Endpoint, OctoSupplierContact Contact)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ShortDescription { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<object>? Media { get; init; }
}

public sealed record OctoSupplierContact(string? Website, string? Email, string? Telephone, string? Address);

public sealed record OctoProduct(
    string Id, string InternalName, string? Reference, string Locale, string TimeZone, bool AllowFreesale,
    bool InstantConfirmation, bool InstantDelivery, bool AvailabilityRequired, string AvailabilityType,
    IReadOnlyList<string> DeliveryFormats, IReadOnlyList<string> DeliveryMethods, string RedemptionMethod,
    IReadOnlyList<OctoOption> Options)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? DefaultCurrency { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AvailableCurrencies { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PricingPer { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Title { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ShortDescription { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Description { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoFeature>? Features { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<object>? Faqs { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<object>? Media { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoLocation>? Locations { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CategoryLabels { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? DurationMinutesFrom { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? DurationMinutesTo { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoCommentary>? Commentary { get; init; }
}

public sealed record OctoCommentary(string Format, string Language);

public sealed record OctoFeature(string ShortDescription, string Type);

public sealed record OctoLocation(
    string Title, string? ShortDescription, IReadOnlyList<string> Types, int MinutesTo, int MinutesAt, OctoPlace Place);

public sealed record OctoPlace(
    double Latitude, double Longitude, OctoPostalAddress PostalAddress, OctoIdentifiers Identifiers,
    IReadOnlyList<string> SameAs);

public sealed record OctoPostalAddress(
    string? StreetAddress, string? AddressLocality, string? AddressRegion, string? PostalCode, string? AddressCountry,
    string? PostOfficeBoxNumber);

public sealed record OctoIdentifiers(
    string? GooglePlaceId = null, string? ApplePlaceId = null, string? TripadvisorLocationId = null,
    string? YelpPlaceId = null, string? FacebookPlaceId = null, string? FoursquarePlaceId = null,
    string? BaiduPlaceId = null, string? AmapPlaceId = null);

public sealed record OctoOption(
    string Id, bool Default, string InternalName, string? Reference, IReadOnlyList<string> AvailabilityLocalStartTimes,
    string CancellationCutoff, int CancellationCutoffAmount, string CancellationCutoffUnit,
    IReadOnlyList<string> RequiredContactFields, OctoOptionRestrictions Restrictions, IReadOnlyList<OctoUnit> Units)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoPricing>? PricingFrom { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoPricing>? Pricing { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Title { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ShortDescription { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Description { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoFeature>? Features { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<object>? Faqs { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<object>? Media { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoLocation>? Locations { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CategoryLabels { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? DurationMinutesFrom { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? DurationMinutesTo { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoCommentary>? Commentary { get; init; }
}

public sealed record OctoOptionRestrictions(int MinUnits, int? MaxUnits);

public sealed record OctoUnit(
    string Id, string InternalName, string? Reference, string Type, OctoUnitRestrictions Restrictions,
    IReadOnlyList<string> RequiredContactFields)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoPricing>? PricingFrom { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoPricing>? Pricing { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Title { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ShortDescription { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoFeature>? Features { get; init; }
}

public sealed record OctoUnitRestrictions(
    int MinAge, int MaxAge, bool IdRequired, int? MinQuantity, int? MaxQuantity, int PaxCount,
    IReadOnlyList<string> AccompaniedBy);

public sealed record OctoPricing(
    long Original, long Retail, long? Net, string Currency, int CurrencyPrecision, IReadOnlyList<object> IncludedTaxes);

public sealed record OctoUnitPricing(
    string UnitId, long Original, long Retail, long? Net, string Currency, int CurrencyPrecision,
    IReadOnlyList<object> IncludedTaxes);

public sealed record OctoOpeningHours(string From, string To);

public sealed record OctoAvailability(
    string Id, string LocalDateTimeStart, string LocalDateTimeEnd, string UtcCutoffAt, bool AllDay, bool Available,
    string Status, int? Vacancies, int? Capacity, int? MaxUnits, IReadOnlyList<OctoOpeningHours> OpeningHours)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoUnitPricing>? UnitPricing { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public OctoPricing? Pricing { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Title { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ShortDescription { get; init; }
}

public sealed record OctoCalendarDay(
    string LocalDate, bool Available, string Status, int? Vacancies, int? Capacity,
    IReadOnlyList<OctoOpeningHours> OpeningHours)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OctoUnitPricing>? UnitPricingFrom { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public OctoPricing? PricingFrom { get; init; }
}

public sealed record OctoContact(
    string? FullName = null, string? FirstName = null, string? LastName = null, string? EmailAddress = null,
    string? PhoneNumber = null, IReadOnlyList<string>? Locales = null, string? PostalCode = null,
    string? Country = null, string? Notes = null);

public sealed record OctoTicket(
    string RedemptionMethod, string? UtcRedeemedAt, IReadOnlyList<OctoDeliveryOption> DeliveryOptions);

public sealed record OctoDeliveryOption(string DeliveryFormat, string DeliveryValue);

public sealed record OctoCancellation(string Refund, string? Reason, string? UtcCancelledAt);

public sealed record OctoUnitItem(
    string Uuid, string? ResellerReference, string? SupplierReference, string UnitId, OctoUnit Unit, string Status,
    string? UtcRedeemedAt, OctoContact Contact, OctoTicket? Ticket)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public OctoPricing? Pricing { get; init; }
}

public sealed record OctoBooking(
    string Id, string Uuid, bool TestMode, string? ResellerReference, string SupplierReference, string Status,
    string UtcCreatedAt, string UtcUpdatedAt, string? UtcExpiresAt, string? UtcRedeemedAt, string? UtcConfirmedAt,
    string ProductId, OctoProduct Product, string OptionId, OctoOption Option, bool Cancellable,
    OctoCancellation? Cancellation, bool Freesale, string AvailabilityId, OctoAvailability Availability,
    OctoContact Contact, string? Notes, IReadOnlyList<string> DeliveryMethods, OctoTicket? Voucher,
    IReadOnlyList<OctoUnitItem> UnitItems)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public OctoPricing? Pricing { get; init; }
}

public sealed record OctoUnitQuantity(string? Id, int? Quantity);

public sealed record OctoAvailabilityBody(
    string? ProductId, string? OptionId, string? LocalDateStart, string? LocalDateEnd,
    IReadOnlyList<string>? AvailabilityIds, IReadOnlyList<OctoUnitQuantity>? Units, string? Currency);

public sealed record OctoUnitItemBody(string? Uuid, string? UnitId, string? ResellerReference, OctoContact? Contact);

public sealed record OctoReserveBody(
    string? Uuid, string? ProductId, string? OptionId, string? AvailabilityId, int? ExpirationMinutes, string? Notes,
    IReadOnlyList<OctoUnitItemBody>? UnitItems, string? ResellerReference, OctoContact? Contact, string? Currency,
    string? OrderId = null);

public sealed record OctoConfirmBody(
    bool? EmailReceipt, string? ResellerReference, OctoContact? Contact, IReadOnlyList<OctoUnitItemBody>? UnitItems);

public sealed record OctoUpdateBody(
    string? ResellerReference, string? ProductId, string? OptionId, string? AvailabilityId, int? ExpirationMinutes,
    string? Notes, bool? EmailReceipt, IReadOnlyList<OctoUnitItemBody>? UnitItems, OctoContact? Contact);

public sealed record OctoExtendBody(int? ExpirationMinutes);

public sealed record OctoCancelBody(string? Reason, bool? Force);

/// <summary>Several bookings as one (capability octo/cart).</summary>
public sealed record OctoOrder(
    string Id, bool TestMode, string SupplierReference, string Status, string UtcCreatedAt, string? UtcExpiresAt,
    string? UtcConfirmedAt, bool Confirmable, bool Cancellable, OctoContact Contact,
    IReadOnlyList<OctoBooking> Bookings)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public OctoPricing? Pricing { get; init; }
}

public sealed record OctoCreateOrderBody(string? Currency, int? ExpirationMinutes);
