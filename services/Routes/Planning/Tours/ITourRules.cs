namespace Jingdezhen.Tourism.Routes.Planning.Tours;

/// <summary>
/// What holds beyond time: exclusive alternatives, money, walking, variety. Implemented by structs, so that the
/// engine is compiled once for each rule set and a plain problem pays nothing for rules it does not have.
/// </summary>
internal interface ITourRules
{
    /// <summary>What one point of a node's score is in value, so that both may be compared.</summary>
    int Unit { get; }

    /// <summary>No value can be higher; the search stops when it is reached.</summary>
    long Ceiling { get; }

    /// <summary>Whether the value is the sum of the nodes' scores, so that days of different tours may be
    /// combined.</summary>
    bool Additive { get; }

    /// <summary>Whether the present tours keep all limits; removals may break what insertions respected.</summary>
    bool Holds { get; }

    /// <summary>Whether this node could be added at all now, wherever it is put.</summary>
    bool Allows(int node);

    /// <summary>Whether this node could be added on this day.</summary>
    bool Allows(int day, int node);

    /// <summary>Whether this node could have been added on this day at the last commit: what kept it out then was time,
    /// and only time.</summary>
    bool Allowed(int day, int node);

    /// <summary>Whether this node may stand between the two others on this day.</summary>
    bool Allows(int day, int node, int previous, int next);

    /// <summary>Takes note of an insertion and returns what the value gains.</summary>
    long Insert(int day, int node, int previous, int next);

    /// <summary>Takes note of a removal and returns what the value loses.</summary>
    long Remove(int day, int node, int previous, int next);

    /// <summary>Remembers the present state as the one to return to.</summary>
    void Commit();

    /// <summary>Returns to the state of the last commit.</summary>
    void Rollback();

    /// <summary>Forgets all visits.</summary>
    void Clear();
}

/// <summary>No rule but time: the score is the sum of the visited nodes' scores.</summary>
internal readonly struct ScoreOnly(int[] score) : ITourRules
{
    public int Unit => 1;

    public long Ceiling { get; } = score.Sum(value => (long)value);

    public bool Additive => true;

    public bool Holds => true;

    public bool Allows(int node) => true;

    public bool Allows(int day, int node) => true;

    public bool Allowed(int day, int node) => true;

    public bool Allows(int day, int node, int previous, int next) => true;

    public long Insert(int day, int node, int previous, int next) => score[node];

    public long Remove(int day, int node, int previous, int next) => score[node];

    public void Commit()
    {
    }

    public void Rollback()
    {
    }

    public void Clear()
    {
    }
}
