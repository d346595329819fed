namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>
/// What a stop is worth to this visitor on a day, with its reasons: interest by theme × quality × party, weather,
/// crowding and evening. Variety and places inside places depend on the whole plan and are <see cref="VisitorRules"/>.
/// </summary>
internal static class PlaceScores
{
    public static double Of(
        PlanProblem problem, int place, int day, bool afterDark, List<ScoreReason>? reasons = null) => Of(
        problem, place, day, afterDark, Interest(problem.Wishes, problem.Places[place], reasons), reasons);

    /// <summary>With the interest, which is the same on all days, already known.</summary>
    public static double Of(
        PlanProblem problem, int place, int day, bool afterDark, double interest, List<ScoreReason>? reasons)
    {
        var candidate = problem.Places[place];
        var (weights, party) = (problem.Weights, problem.Party);
        var score = 100 * interest;
        reasons?.Add(new ScoreReason("interest", interest));
        void Times(string code, double factor, string? detail = null)
        {
            if (factor == 1) return;
            score *= factor;
            reasons?.Add(new ScoreReason(code, factor, detail));
        }

        Times("quality", candidate.Quality);
        Times("visit-length", weights.Length(candidate.VisitMinutes));
        if (problem.Days[day].Weather == Weather.Rain)
            Times("rain", candidate.Shelter switch
            {
                Shelter.Indoor => weights.IndoorInRain,
                Shelter.Mixed => weights.MixedInRain,
                _ => weights.OutdoorInRain,
            });
        if (party.Children > 0)
        {
            if (candidate.Themes.Contains("family")) Times("children-family", weights.FamilyWithChildren);
            if (candidate.Themes.Contains("hands-on")) Times("children-hands-on", weights.HandsOnWithChildren);
            if (candidate.Category is "pagoda" or "temple" or "gallery")
                Times("children-quiet", weights.WildWithChildren);
        }
        if (party.Seniors > 0)
        {
            if (candidate.Category is "museum" or "tea-estate" or "park" or "opera-stage" or "temple")
                Times("seniors-calm", weights.QuietForSeniors);
            if (candidate.Category is "nature" or "village") Times("seniors-strenuous", weights.StrenuousForSeniors);
            if (candidate.Category is "night-market" or "creative-block")
                Times("seniors-nightlife", weights.NightlifeForSeniors);
        }
        if (party.Wheelchairs > 0 && candidate.Wheelchair is null)
            Times("access-not-known", weights.UnknownForWheelchair);
        if (afterDark && candidate.Evening) Times("evening", weights.AfterDark);
        if (!afterDark && candidate.Category == "night-market") Times("not-yet-lit", weights.NightMarketByDay);
        var load = day < candidate.Crowding.Length ? candidate.Crowding[day] : 0;
        if (load > weights.CrowdedFrom)
        {
            var share = Math.Min(1, (load - weights.CrowdedFrom) / (1 - weights.CrowdedFrom));
            Times("crowded", (1 - (share * (1 - weights.FullFactor))) / Math.Max(1, load), $"{load:0.00}");
        }
        return score;
    }

    /// <summary>The three best-matching themes count 1, ½, ¼: many labels alone do not make a place
    /// interesting.</summary>
    public static double Interest(PlanWishes wishes, PlanPlace place, List<ScoreReason>? reasons)
    {
        var interest = 0.0;
        var share = 1.0;
        var matches = place.Themes
            .Select(theme => (Theme: theme, Worth: wishes.Interests.GetValueOrDefault(theme, wishes.OtherInterest)))
            .OrderByDescending(match => match.Worth).ThenBy(match => match.Theme, StringComparer.Ordinal).Take(3);
        foreach (var (theme, worth) in matches)
        {
            interest += worth * share;
            if (worth > wishes.OtherInterest)
                reasons?.Add(new ScoreReason("theme", Math.Round(worth * share, 3), theme));
            share /= 2;
        }
        return Math.Max(interest, 0.01);
    }
}
