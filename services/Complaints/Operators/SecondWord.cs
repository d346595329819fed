namespace Jingdezhen.Tourism.Complaints.Operators;

/// <summary>
/// What takes two people: one proposes, another says the same. Something else that is said in between is a proposal of
/// its own and takes the first one's place.
/// </summary>
internal sealed class SecondWord
{
    public string? Proposed { get; private set; }
    public Guid? ProposedBy { get; private set; }

    /// <param name="anotherPerson">False only in the control test in which one person says it twice.</param>
    /// <returns>Whether both have said it now; else the second person is waited for.</returns>
    public (bool Agreed, Refusal? Refusal) Say(string what, Guid person, bool anotherPerson)
    {
        if (Proposed != what)
        {
            (Proposed, ProposedBy) = (what, person);
            return (false, null);
        }

        if (ProposedBy == person && anotherPerson)
        {
            return (false, new Refusal("second-person-needed", "The second word is another person's."));
        }

        Proposed = null;
        return (true, null);
    }
}
