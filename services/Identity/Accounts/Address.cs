using System.Net.Mail;
using System.Text.RegularExpressions;
using Jingdezhen.Tourism.Identity.Secrets;

namespace Jingdezhen.Tourism.Identity.Accounts;

/// <summary>An e-mail address or a phone number in the one spelling under which it is hashed.</summary>
internal sealed partial record Address(string Text, bool IsEmail)
{
    private const string EmailPurpose = "email";
    private const string PhonePurpose = "phone";

    /// <summary>Null when it is neither; mainland mobile numbers may come without +86.</summary>
    public static Address? Parse(string? text)
    {
        text = text?.Trim();
        if (text is not { Length: > 0 and <= 254 }) return null;
        if (text.Contains('@', StringComparison.Ordinal))
        {
            return EmailShape().IsMatch(text) && MailAddress.TryCreate(text, out _)
                ? new(text.ToLowerInvariant(), IsEmail: true)
                : null;
        }

        var digits = Separators().Replace(text, "");
        if (MainlandMobile().IsMatch(digits)) return new("+86" + digits, IsEmail: false);
        return InternationalNumber().IsMatch(digits) ? new(digits, IsEmail: false) : null;
    }

    /// <summary>As answers of staff and logs may show it: enough to recognise, too little to write to.</summary>
    public string Masked => IsEmail
        ? $"{Text[0]}***{Text[Text.IndexOf('@', StringComparison.Ordinal)..]}"
        : $"{Text[..^8]}****{Text[^4..]}";

    public byte[] HashedBy(Vault vault) => vault.Hash(IsEmail ? EmailPurpose : PhonePurpose, Text);

    public byte[] SealedBy(Vault vault) => vault.SealText(IsEmail ? EmailPurpose : PhonePurpose, Text);

    public static Address? OpenEmail(Vault vault, byte[]? sealedAddress) =>
        sealedAddress is null ? null : new(vault.OpenText(EmailPurpose, sealedAddress), IsEmail: true);

    public static Address? OpenPhone(Vault vault, byte[]? sealedNumber) =>
        sealedNumber is null ? null : new(vault.OpenText(PhonePurpose, sealedNumber), IsEmail: false);

    public void PutOn(Account account, Vault vault)
    {
        if (IsEmail) account.SetEmail(HashedBy(vault), SealedBy(vault));
        else account.SetPhone(HashedBy(vault), SealedBy(vault));
    }

    [GeneratedRegex(@"^[^@\s\p{C}]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$")]
    private static partial Regex EmailShape();

    [GeneratedRegex(@"[\s()-]")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^1[3-9]\d{9}$")]
    private static partial Regex MainlandMobile();

    [GeneratedRegex(@"^\+[1-9]\d{7,14}$")]
    private static partial Regex InternationalNumber();
}
