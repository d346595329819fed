using System.Net;
using System.Text;
using Jingdezhen.Tourism.Platform.Tests.Workshop;

namespace Jingdezhen.Tourism.Platform.Tests.Http;

public sealed class ProblemTests(WorkshopFixture workshop) : IClassFixture<WorkshopFixture>
{
    private readonly HttpClient _tourist = workshop.As("tourist");

    [Theory]
    [InlineData(null, "The kiln is full", "en")]
    [InlineData("zh-CN", "窑炉已满", "zh")]
    [InlineData("en, zh", "The kiln is full", "en")]
    [InlineData("zh;q=0.4, en;q=0.5", "The kiln is full", "en")]
    [InlineData("de, zh;q=0.1", "窑炉已满", "zh")]
    [InlineData("\u0001;;q=x", "The kiln is full", "en")]
    public async Task A_refusal_speaks_the_readers_language(string? language, string title, string said)
    {
        if (language is not null) _tourist.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);

        var answer = await Post("""{"glaze":"too many"}""");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(title, (await Problem.Of(answer)).Title);
        Assert.Contains(said, answer.Content.Headers.ContentLanguage);
    }

    [Theory]
    [InlineData("""{"glaze":""", "$.glaze")]
    [InlineData("""{"glaze":"a","pieces":"two"}""", "$.pieces: the value has the wrong type")]
    [InlineData("""{"glaze":"a","pieces":"2"}""", "$.pieces: the value has the wrong type")]
    [InlineData("""{"glaze":"a","pieces":99999999999}""", "$.pieces: the value has the wrong type")]
    [InlineData("""{"glaze":"a","pieces":1.5}""", "$.pieces: the value has the wrong type")]
    [InlineData("""{"glaze":null}""", "null")]
    [InlineData("""{"pieces":1}""", "'glaze'")]
    [InlineData("""{"glaze":["a"]}""", "$.glaze")]
    [InlineData("""["glaze"]""", "$: the value has the wrong type")]
    [InlineData("null", "request")]
    [InlineData("", "")]
    public async Task A_body_that_cannot_be_read_is_told_where(string body, string detail)
    {
        var answer = await Post(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await Problem.Of(answer);
        Assert.Equal("malformed", problem.Code);
        Assert.Contains(detail, problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("MakePotRequest", problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.Detail, StringComparison.Ordinal);
    }

    [Theory, InlineData("""{"glaze":""}"""), InlineData("""{"glaze":"a","pieces":0}""")]
    [InlineData("""{"glaze":"a","pieces":-5}""")]
    public async Task A_value_out_of_bounds_is_invalid(string body)
    {
        var answer = await Post(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid", (await Problem.Of(answer)).Code);
    }

    [Theory, InlineData("marks"), InlineData("unheardOf")]
    public async Task A_body_nested_too_deep_is_refused(string member)
    {
        var answer = await Post($$"""{"glaze":"a","{{member}}":{{new string('[', 5000)}}{{new string(']', 5000)}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("malformed", (await Problem.Of(answer)).Code);
    }

    [Theory]
    [InlineData("GET", "/v1/nowhere", HttpStatusCode.NotFound, "not-found")]
    [InlineData("DELETE", "/v1/me", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("GET", "/v1/kiln", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData("GET", "/v1/since?day=yesterday", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("GET", "/v1/since", HttpStatusCode.BadRequest, "malformed")]
    public async Task Whatever_is_asked_wrongly_gets_a_problem_document_whatever_is_accepted(
        string method, string path, HttpStatusCode status, string code)
    {
        foreach (var accept in new[] { "application/json", "text/html" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            request.Headers.Add("Accept", accept);

            var answer = await _tourist.SendAsync(request);

            Assert.Equal(status, answer.StatusCode);
            var problem = await Problem.Of(answer);
            Assert.Equal(code, problem.Code);
            Assert.DoesNotContain("DateOnly", problem.Detail ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_media_type_is_refused_as_such()
    {
        using var text = new StringContent("glaze=celadon", Encoding.UTF8, "text/plain");

        var answer = await _tourist.PostAsync(new Uri("/v1/unguarded-pots", UriKind.Relative), text);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("unsupported-media-type", (await Problem.Of(answer)).Code);
    }

    [Fact]
    public async Task A_fault_of_ours_tells_nothing_of_our_insides()
    {
        var answer = await _tourist.GetAsync(new Uri("/v1/fault", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("internal-error", (await Problem.Of(answer)).Code);
        Assert.DoesNotContain("kiln", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> Post(string body) => _tourist.PostAsync(
        new Uri("/v1/unguarded-pots", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
