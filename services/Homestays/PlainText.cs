using System.ComponentModel.DataAnnotations;

namespace Jingdezhen.Tourism.Homestays;

/// <summary>Text that people read: bounded, and without the control characters that a database or a terminal chokes
/// on.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class PlainTextAttribute(int longest, int shortest = 0) : ValidationAttribute
{
    public int Longest => longest;
    public int Shortest => shortest;

    public override bool IsValid(object? value) => value is string text
        ? text.Length <= longest && text.Trim().Length >= shortest
            && !text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'))
        : shortest == 0;

    public override string FormatErrorMessage(string name) =>
        $"{name}: {shortest} to {longest} characters, no control characters.";
}
