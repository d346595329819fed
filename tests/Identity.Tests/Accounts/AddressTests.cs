using Jingdezhen.Tourism.Identity.Accounts;

namespace Jingdezhen.Tourism.Identity.Tests.Accounts;

public sealed class AddressTests
{
    [Theory]
    [InlineData(" Li.Wei@Example.COM ", "li.wei@example.com", "l***@example.com")]
    [InlineData("13812345678", "+8613812345678", "+86138****5678")]
    [InlineData("+44 20 7946 0958", "+442079460958", "+4420****0958")]
    public void Spellings_of_one_address_are_one_address(string typed, string text, string masked)
    {
        var address = Address.Parse(typed)!;

        Assert.Equal((text, masked), (address.Text, address.Masked));
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("@"), InlineData("a@b"), InlineData("12345"),
        InlineData("+0123456789")]
    [InlineData("12812345678"), InlineData("a b@example.com"), InlineData("a\u0007@example.com")]
    public void What_is_no_address_is_none(string? typed) => Assert.Null(Address.Parse(typed));
}
