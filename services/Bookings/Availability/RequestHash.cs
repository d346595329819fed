using System.Security.Cryptography;
using System.Text.Json;

namespace Jingdezhen.Tourism.Bookings.Availability;

internal static class RequestHash
{
    /// <summary>Over what was asked, not over how it was spelled: white space and member order make no other
    /// request.</summary>
    public static byte[] Of<TRequest>(TRequest request) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, JsonSerializerOptions.Web));
}
