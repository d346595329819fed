using System.Net.Http.Json;

namespace Jingdezhen.Tourism.Platform.Tests.Http;

internal sealed record Problem(string Type, string Title, int Status, string? Detail, string Code, string RequestId)
{
    public static async Task<Problem> Of(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<Problem>())!;
        Assert.Equal((int)answer.StatusCode, problem.Status);
        Assert.Equal($"urn:jingdezhen-tourism:{problem.Code}", problem.Type);
        Assert.NotEmpty(problem.RequestId);
        return problem;
    }
}
