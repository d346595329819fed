using System.Diagnostics.CodeAnalysis;

namespace Jingdezhen.Tourism.Platform.Domain;

/// <summary>A business "no": an answer, not an accident.</summary>
/// <param name="Code">Kebab-case fact that clients may rely on, for example <c>sold-out</c>.</param>
/// <param name="Reason">One English sentence with the particulars of this case.</param>
public sealed record Refusal(string Code, string Reason);

/// <summary>Either a value or the refusal to make one; converts implicitly from both.</summary>
public readonly struct Decision<T> : IEquatable<Decision<T>> where T : class
{
    private Decision(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    public T? Value { get; }
    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Refusal)), MemberNotNullWhen(false, nameof(Value))]
    public bool IsRefused => Refusal is not null;

    [SuppressMessage("Usage", "CA2225", Justification = "The conversions are the point of the type.")]
    public static implicit operator Decision<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "The conversions are the point of the type.")]
    public static implicit operator Decision<T>(Refusal refusal) => new(null, refusal);

    public bool Equals(Decision<T> other) => Equals(Value, other.Value) && Equals(Refusal, other.Refusal);
    public override bool Equals(object? obj) => obj is Decision<T> other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Value, Refusal);
    public static bool operator ==(Decision<T> left, Decision<T> right) => left.Equals(right);
    public static bool operator !=(Decision<T> left, Decision<T> right) => !left.Equals(right);
}
