namespace Jingdezhen.Tourism.Routes.Places;

/// <summary>One place of the catalogue: its facts as last edited, and how often they were.</summary>
internal sealed class Place
{
    public required string Id { get; init; }
    public PlaceFacts Facts { get; private set; } = null!;

    /// <summary>Grows with every edit; the ETag of the place.</summary>
    public int Version { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Takes over the facts and returns the entry for the history; null where nothing differs.</summary>
    public PlaceEdit? Edit(PlaceFacts facts, Guid editor, string source, DateTimeOffset now)
    {
        if (Facts is not null && PlaceFacts.Same(Facts, facts)) return null;

        (Facts, Version, ChangedAt) = (facts, Version + 1, now);
        return new()
        {
            Id = Guid.CreateVersion7(now), PlaceId = Id, Version = Version, Facts = facts,
            EditedBy = editor, EditedAt = now, Source = source,
        };
    }
}

/// <summary>What a place was after an edit. The history is only ever added to.</summary>
internal sealed class PlaceEdit
{
    public required Guid Id { get; init; }
    public required string PlaceId { get; init; }
    public required int Version { get; init; }
    public required PlaceFacts Facts { get; init; }
    public required Guid EditedBy { get; init; }
    public required DateTimeOffset EditedAt { get; init; }

    /// <summary>The file and row of an import, or how else the edit came.</summary>
    public required string Source { get; init; }
}

/// <summary>A day of the statutory calendar on which opening hours differ from the weekday's.</summary>
internal sealed class Holiday
{
    public required DateOnly Date { get; init; }
    public required string NameZh { get; set; }
    public required string NameEn { get; set; }

    /// <summary>False for a working day that makes up for a holiday.</summary>
    public required bool DayOff { get; set; }

    /// <summary>The State Council has not published this year's arrangement yet; the date is inferred.</summary>
    public required bool Assumed { get; set; }
}
