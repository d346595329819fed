using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Routes.Planning;

/// <summary>The visitor's rules beyond time, as the engine asks for them; the books are kept by the ledger.</summary>
internal readonly struct VisitorRules(VisitorLedger ledger) : ITourRules
{
    public int Unit => VisitorLedger.Scale;

    public long Ceiling => long.MaxValue;

    public bool Additive => false;

    public bool Holds => ledger.Holds;

    public bool Allows(int node) => ledger.Allows(node);

    public bool Allows(int day, int node) => ledger.Allows(day, node);

    public bool Allowed(int day, int node) => ledger.Allowed(day, node);

    public bool Allows(int day, int node, int previous, int next) => ledger.Allows(day, node, previous, next);

    public long Insert(int day, int node, int previous, int next) => ledger.Change(day, node, previous, next, 1);

    public long Remove(int day, int node, int previous, int next) => -ledger.Change(day, node, previous, next, -1);

    public void Commit() => ledger.Commit();

    public void Rollback() => ledger.Rollback();

    public void Clear() => ledger.Clear();
}

/// <summary>
/// Money, walking, breaks, variety, places inside places and wishes of the stops chosen so far. Every change is O(1) up
/// to the few relations of a place. A budget of no limit and a walk of no limit never refuse.
/// </summary>
internal sealed class VisitorLedger
{
    public const int Scale = 1000;

    private readonly PlanModel model;
    private readonly int[] categoryOf;
    private readonly int[][] placesOf;
    private readonly int[][] touchedBy;
    private readonly double[] ranked;
    private readonly int[] ticketOf;
    private readonly int[][] ticketsOf;
    private readonly long[] ticketFen;
    private readonly long[] ticketCost;
    private readonly int[][] wishesOf;
    private readonly long budget;
    private readonly int walkLimit;
    private readonly int breaks;
    private readonly bool[] wantsBreak;
    private readonly bool[] wantsEvening;
    private readonly long rent;
    private Books books;
    private Books committed;

    public VisitorLedger(PlanModel model)
    {
        this.model = model;
        var problem = model.Problem;
        var places = problem.Places;
        var (count, days) = (places.Length, problem.Days.Length);
        var categories = places.Select(place => place.Category).Distinct().ToList();
        categoryOf = [.. places.Select(place => categories.IndexOf(place.Category))];
        placesOf = [.. Enumerable.Range(0, categories.Count).Select(category =>
            Enumerable.Range(0, count).Where(place => categoryOf[place] == category).ToArray())];
        touchedBy = [.. Enumerable.Range(0, count).Select(place => Enumerable.Range(0, count)
            .Where(other => other == place || places[other].PartOf == place || places[other].RequiresTicketOf == place)
            .Select(other => categoryOf[other]).Distinct().ToArray())];
        ranked = new double[count];
        (ticketOf, ticketFen) = Tickets.Of(problem);
        ticketCost = [.. ticketFen.Select(fen =>
            (long)(Scale * problem.Weights.FareYuan * fen / (100.0 * Math.Max(1, problem.Party.People))))];
        ticketsOf = [.. Enumerable.Range(0, count).Select(place => Tickets.Needed(problem, place)
            .Select(other => ticketOf[other]).Where(ticket => ticket >= 0).Distinct().ToArray())];
        var wishes =
            problem.Wishes.Themes.Select(theme => (Func<PlanPlace, bool>)(place => place.Themes.Contains(theme)))
            .Concat(problem.Wishes.Counties.Select(county => (Func<PlanPlace, bool>)(place => place.County == county)))
            .ToArray();
        wishesOf = [.. places.Select(place =>
            Enumerable.Range(0, wishes.Length).Where(wish => wishes[wish](place)).ToArray())];
        budget = problem.Wishes.BudgetFen ?? long.MaxValue;
        walkLimit = problem.Wishes.WalkLimitMeters ?? int.MaxValue;
        breaks = problem.Wishes.Breaks.Length;
        wantsBreak = [.. Enumerable.Range(0, days * breaks).Select(at => model.WantsBreak(at / breaks, at % breaks))];
        wantsEvening = [.. Enumerable.Range(0, days).Select(model.WantsEvening)];
        rent = (long)problem.Travel.EbikeDayFen * problem.Party.People;
        books = new Books(count, days, breaks, ticketFen.Length, wishes.Length);
        committed = new Books(count, days, breaks, ticketFen.Length, wishes.Length);
        Clear();
    }

    /// <summary>The books: plain counters, so that a snapshot is a few array copies.</summary>
    private sealed class Books(int places, int days, int breaks, int tickets, int wishes)
    {
        public readonly int[] Earned = new int[places];
        public readonly int[] DayOf = new int[places];
        public readonly int[] Breaks = new int[Math.Max(1, days * breaks)];
        public readonly int[] Evenings = new int[days];
        public readonly int[] Tickets = new int[Math.Max(1, tickets)];
        public readonly int[] Wishes = new int[Math.Max(1, wishes)];
        public readonly int[] Walk = new int[days];
        public readonly int[] Rides = new int[days];
        public readonly int[] Stops = new int[days];
        public long Spent;

        public void CopyFrom(Books other)
        {
            other.Earned.CopyTo(Earned.AsSpan());
            other.DayOf.CopyTo(DayOf.AsSpan());
            other.Breaks.CopyTo(Breaks.AsSpan());
            other.Evenings.CopyTo(Evenings.AsSpan());
            other.Tickets.CopyTo(Tickets.AsSpan());
            other.Wishes.CopyTo(Wishes.AsSpan());
            other.Walk.CopyTo(Walk.AsSpan());
            other.Rides.CopyTo(Rides.AsSpan());
            other.Stops.CopyTo(Stops.AsSpan());
            Spent = other.Spent;
        }
    }

    public void Commit() => committed.CopyFrom(books);

    public void Rollback() => books.CopyFrom(committed);

    public void Clear()
    {
        Array.Clear(books.Earned);
        Array.Clear(books.Breaks);
        Array.Clear(books.Evenings);
        Array.Clear(books.Tickets);
        Array.Clear(books.Wishes);
        Array.Clear(books.Walk);
        Array.Clear(books.Rides);
        Array.Clear(books.Stops);
        books.Spent = 0;
        for (var day = 0; day < model.Problem.Days.Length; day++)
            TravelBetween(day, model.PointOf(model.Tours.StartOf(day)), model.PointOf(model.Tours.EndOf(day)), 1);
        Commit();
    }

    /// <summary>
    /// Taking a stop out may make a walk into a ride, so limits are looked at once more before tours are accepted. Days
    /// without a stop are as they are: the way from start to end is no choice of the planner.
    /// </summary>
    public bool Holds
    {
        get
        {
            var any = 0;
            for (var day = 0; day < books.Stops.Length; day++)
            {
                any += books.Stops[day];
                if (books.Stops[day] > 0 && books.Walk[day] > walkLimit) return false;
            }
            return any == 0 || books.Spent <= budget;
        }
    }

    public bool Allows(int node)
    {
        var place = model.Options[node].Place;
        return place < 0 || books.Earned[place] == 0;
    }

    public bool Allows(int day, int node)
    {
        var pause = model.Options[node].Break;
        return pause < 0 || (wantsBreak[(day * breaks) + pause] && books.Breaks[(day * breaks) + pause] == 0);
    }

    public bool Allowed(int day, int node)
    {
        if (budget != long.MaxValue || walkLimit != int.MaxValue) return false;
        var (place, pause) = (model.Options[node].Place, model.Options[node].Break);
        return (place < 0 || committed.Earned[place] == 0)
            && (pause < 0 || committed.Breaks[(day * breaks) + pause] == 0);
    }

    public bool Allows(int day, int node, int previous, int next)
    {
        if (budget == long.MaxValue && walkLimit == int.MaxValue) return true;
        var (from, here, to) = (model.PointOf(previous), model.PointOf(node), model.PointOf(next));
        var legs = model.Legs;
        if (walkLimit != int.MaxValue)
        {
            var more = legs.WalkMeters(from, here) + legs.WalkMeters(here, to) - legs.WalkMeters(from, to);
            if (books.Walk[day] + more > walkLimit) return false;
        }
        if (budget == long.MaxValue) return true;
        var cost = FareNow(model.Options[node].Place)
            + legs.Fen(from, here) + legs.Fen(here, to) - legs.Fen(from, to);
        if (books.Rides[day] == 0
            && (legs.Mode(from, here) == TravelMode.Ebike || legs.Mode(here, to) == TravelMode.Ebike))
            cost += rent;
        return books.Spent + cost <= budget;
    }

    /// <summary>Books an insertion (+1) or a removal (−1) and returns by how much the value grew.</summary>
    public long Change(int day, int node, int previous, int next, int sign)
    {
        var (from, here, to) = (model.PointOf(previous), model.PointOf(node), model.PointOf(next));
        TravelBetween(day, from, to, -sign);
        TravelBetween(day, from, here, sign);
        TravelBetween(day, here, to, sign);
        books.Stops[day] += sign;
        var minutes = model.Legs.Minutes(from, here) + model.Legs.Minutes(here, to) - model.Legs.Minutes(from, to);

        var weights = model.Problem.Weights;
        var option = model.Options[node];
        var gained = -(long)(Scale * weights.TravelMinute) * minutes * sign;
        if (option.Break >= 0)
        {
            ref var taken = ref books.Breaks[(day * breaks) + option.Break];
            gained += Scale * (First(ref taken, sign) * weights.BreakWorth);
        }
        if (option.Place < 0) return gained;

        if (option.AfterDark && wantsEvening[day])
            gained += Scale * (First(ref books.Evenings[day], sign) * weights.EveningWorth);
        if (model.MustSee[option.Place]) gained += Scale * sign * (long)weights.MustSeeWorth;
        if (model.FixedOf[option.Place] is not null) gained += Scale * sign * (long)weights.FixedWorth;
        foreach (var wish in wishesOf[option.Place])
            gained += Scale * (First(ref books.Wishes[wish], sign) * weights.WishWorth);
        foreach (var ticket in ticketsOf[option.Place])
        {
            var bought = First(ref books.Tickets[ticket], sign);
            books.Spent += bought * ticketFen[ticket];
            gained -= bought * ticketCost[ticket];
        }
        return gained + Interest(day, option.Place, model.Scores[day][node], sign);
    }

    /// <summary>+1 when a counter leaves zero, −1 when it returns there, else 0.</summary>
    private static long First(ref int counter, int sign)
    {
        var before = counter;
        counter += sign;
        return before == 0 ? 1 : counter == 0 ? -1 : 0;
    }

    private void TravelBetween(int day, int from, int to, int sign)
    {
        var legs = model.Legs;
        books.Walk[day] += sign * legs.WalkMeters(from, to);
        books.Spent += sign * legs.Fen(from, to);
        if (legs.Mode(from, to) == TravelMode.Ebike) books.Spent += First(ref books.Rides[day], sign) * rent;
    }

    private long FareNow(int place)
    {
        if (place < 0) return 0;
        var fare = 0L;
        foreach (var ticket in ticketsOf[place])
            if (books.Tickets[ticket] == 0) fare += ticketFen[ticket];
        return fare;
    }

    private long Interest(int day, int place, int score, int sign)
    {
        var gained = 0L;
        foreach (var category in touchedBy[place]) gained -= CategoryValue(category);
        books.Earned[place] = sign > 0 ? score : 0;
        books.DayOf[place] = day;
        foreach (var category in touchedBy[place]) gained += CategoryValue(category);
        return gained;
    }

    // Rounded, so that sums of differences come out the same whatever the order of changes.
    private long CategoryValue(int category)
    {
        var count = 0;
        foreach (var place in placesOf[category])
        {
            if (books.Earned[place] == 0) continue;
            var worth = books.Earned[place] * Share(place);
            var rank = count++;
            for (; rank > 0 && ranked[rank - 1] < worth; rank--) ranked[rank] = ranked[rank - 1];
            ranked[rank] = worth;
        }
        var value = 0.0;
        for (var rank = 0; rank < count; rank++) value += ranked[rank] * model.Problem.Weights.VarietyAt(rank);
        return (long)Math.Round(Scale * value);
    }

    private double Share(int place)
    {
        var (weights, candidate) = (model.Problem.Weights, model.Problem.Places[place]);
        var gate = candidate.RequiresTicketOf;
        if (gate >= 0 && (books.Earned[gate] == 0 || books.DayOf[gate] != books.DayOf[place]))
            return weights.OnlyThroughGate;
        return candidate.PartOf >= 0 && books.Earned[candidate.PartOf] > 0 ? weights.InsideVisitedParent : 1;
    }
}

/// <summary>Which entrance a place needs, and what it costs this party.</summary>
internal static class Tickets
{
    /// <summary>The ticket of every place (places of a group share one; −1 when free), and every ticket's
    /// price.</summary>
    public static (int[] TicketOf, long[] PriceFen) Of(PlanProblem problem)
    {
        var ticketOf = new int[problem.Places.Length];
        var prices = new List<long>();
        var groups = new Dictionary<int, int>();
        for (var place = 0; place < ticketOf.Length; place++)
        {
            var candidate = problem.Places[place];
            ticketOf[place] = -1;
            if (candidate.FareFen == 0) continue;
            var price = PriceFor(problem, candidate.FareFen);
            if (candidate.TicketGroup >= 0 && groups.TryGetValue(candidate.TicketGroup, out var ticket))
            {
                prices[ticket] = Math.Max(prices[ticket], price);
            }
            else
            {
                ticket = prices.Count;
                prices.Add(price);
                if (candidate.TicketGroup >= 0) groups[candidate.TicketGroup] = ticket;
            }
            ticketOf[place] = ticket;
        }
        return (ticketOf, [.. prices]);
    }

    /// <summary>The places whose tickets a visit needs: its own and the one it lies behind.</summary>
    public static IEnumerable<int> Needed(PlanProblem problem, int place)
    {
        yield return place;
        if (problem.Places[place].RequiresTicketOf >= 0) yield return problem.Places[place].RequiresTicketOf;
    }

    public static long PriceFor(PlanProblem problem, long adultFen)
    {
        var (party, weights) = (problem.Party, problem.Weights);
        return (adultFen * party.Adults) + (party.Children * (long)Math.Round(adultFen * weights.ChildFare))
            + (party.Seniors * (long)Math.Round(adultFen * weights.SeniorFare));
    }
}
