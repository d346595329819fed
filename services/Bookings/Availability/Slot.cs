namespace Jingdezhen.Tourism.Bookings.Availability;

/// <summary>
/// OCTO's availability: one dated run of an option, and the place where its visitors are counted. What is taken is held
/// or sold; the bookings say which.
/// </summary>
internal sealed class Slot
{
    public required Guid Id { get; init; }
    public required Guid ProductId { get; init; }
    public required Guid OptionId { get; init; }

    /// <summary>The venue's count of that day, where a carrying capacity is set.</summary>
    public required Guid? VenueDayId { get; init; }

    public required DateOnly LocalDate { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>From here on nothing is sold.</summary>
    public required DateTimeOffset CutoffAt { get; init; }

    /// <summary>How many visitors fit.</summary>
    public required int Capacity { get; internal set; }

    /// <summary>Visitors on live holds and sold bookings.</summary>
    public int Taken { get; private set; }

    public bool Closed { get; internal set; }

    /// <summary>Somebody waits for places: what is free goes to the line, not to whoever comes first.</summary>
    public bool WaitedFor { get; private set; }

    /// <summary>Grows with every change; readers of AvailabilityChanged ignore what is older than what they
    /// know.</summary>
    public long Version { get; private set; }

    /// <summary>The version last announced to other services.</summary>
    public long AnnouncedVersion { get; private set; }
}

/// <summary>The visitors of a venue on one day, against its carrying capacity (Tourism Law art. 45).</summary>
internal sealed class VenueDay
{
    public required Guid Id { get; init; }
    public required string VenueId { get; init; }
    public required DateOnly Day { get; init; }
    public required int Capacity { get; internal set; }
    public int Taken { get; private set; }
}

/// <summary>A venue that counts its visitors a day over all its products.</summary>
internal sealed class Venue
{
    public required string Id { get; init; }
    public required int DailyCapacity { get; internal set; }

    /// <summary>No source gives the figure; it is plausible and no more.</summary>
    public required bool Assumed { get; internal set; }
}

/// <summary>One identity document enters one venue once a day, where real names are required.</summary>
internal sealed class IdentityClaim
{
    public required string VenueId { get; init; }
    public required DateOnly Day { get; init; }

    /// <summary>A keyed hash of document type and number.</summary>
    public required byte[] IdentityHash { get; init; }

    public required Guid BookingId { get; init; }
}

/// <summary>A recurring offer of an option, from which slots are generated.</summary>
internal sealed class Schedule
{
    public required Guid Id { get; init; }
    public required Guid OptionId { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; internal set; }

    /// <summary>0 is Sunday, as <see cref="DayOfWeek"/> has it.</summary>
    public required int[] Weekdays { get; init; }

    /// <summary>Starts of a timed option; the one opening of a day pass.</summary>
    public required TimeOnly[] StartTimes { get; init; }

    /// <summary>How long a slot lasts.</summary>
    public required int DurationMinutes { get; init; }

    public required int Capacity { get; init; }

    /// <summary>Every slot up to and including this day has been generated.</summary>
    public DateOnly? GeneratedTo { get; internal set; }
}

/// <summary>Days on which a product is not offered, whatever its schedules say.</summary>
internal sealed class Closure
{
    public required Guid Id { get; init; }
    public required Guid ProductId { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }
    public required string Reason { get; init; }
}
