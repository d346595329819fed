using System.Globalization;
using Jingdezhen.Tourism.Routes.Planning.Tours;

namespace Jingdezhen.Tourism.Benchmarks.Planner;

internal sealed record Vertex(double X, double Y, double Duration, double Score, double Opens, double Closes);

/// <summary>
/// One public TOPTW instance: two header lines, then a line a vertex, of which the first six numbers (id, x, y,
/// duration, score, …) and the last two (opening, closing) count. Vertex 0 is start and end; its closing is the day's
/// length.
/// </summary>
internal sealed record Instance(string Name, Vertex[] Vertices, int Scale)
{
    public static Instance Read(string path)
    {
        var vertices = File.ReadLines(path).Skip(2)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 7)
            .Select(fields => fields.Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray())
            .Select(numbers => new Vertex(numbers[1], numbers[2], numbers[3], numbers[4], numbers[^2], numbers[^1]))
            .ToArray();
        var name = Path.GetFileNameWithoutExtension(path);
        // As in the literature: Solomon's distances are truncated to one decimal, Cordeau's to two.
        return new Instance(name, vertices, name.StartsWith("pr", StringComparison.OrdinalIgnoreCase) ? 100 : 10);
    }

    public static Instance[] ReadAll(string folder) =>
        [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>A random instance for the warm-up, of no known set.</summary>
    public static Instance Synthetic(int places, int seed)
    {
        var random = new Random(seed);
        var vertices = new Vertex[places + 1];
        vertices[0] = new Vertex(50, 50, 0, 0, 0, 600);
        for (var i = 1; i <= places; i++)
        {
            var opens = random.Next(0, 400);
            vertices[i] = new Vertex(random.Next(100), random.Next(100), 10, random.Next(1, 40), opens,
                opens + random.Next(30, 300));
        }
        return new Instance("warm-up", vertices, Scale: 10);
    }

    public TourProblem ToProblem(int days)
    {
        var nodes = Vertices.Length - 1;
        var size = nodes + (2 * days);
        int[] Row(Func<Vertex, double> value) => [.. Enumerable.Range(0, size).Select(i => Scaled(value(VertexOf(i))))];
        Vertex VertexOf(int node) => node < nodes ? Vertices[node + 1] : Vertices[0];

        var travel = new int[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
            {
                var (a, b) = (VertexOf(i), VertexOf(j));
                travel[(i * size) + j] =
                    (int)(Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y))) * Scale);
            }
        return new TourProblem
        {
            Nodes = nodes,
            Days = days,
            Travel = travel,
            Score = [.. Vertices.Skip(1).Select(vertex => (int)vertex.Score)],
            Duration = Row(vertex => vertex.Duration),
            Opens = [.. Enumerable.Repeat(Row(vertex => vertex.Opens), days)],
            Closes = [.. Enumerable.Repeat(Row(vertex => vertex.Closes), days)],
        };
    }

    /// <summary>
    /// Walks the tours in decimal numbers, sharing nothing with the planner: the score they truly collect, or an
    /// exception that says what is wrong. A tour lists vertices without the ends.
    /// </summary>
    public int Evaluate(IReadOnlyList<int[]> tours)
    {
        var seen = new HashSet<int>();
        var score = 0m;
        foreach (var tour in tours)
        {
            var (here, time) = (0, (decimal)Vertices[0].Opens);
            foreach (var there in tour.Append(0))
            {
                if (there != 0 && !seen.Add(there)) throw new InvalidDataException($"{Name}: {there} is visited twice");
                var (from, to) = (Vertices[here], Vertices[there]);
                time += (decimal)from.Duration
                    + Truncated(Math.Sqrt(Math.Pow(from.X - to.X, 2) + Math.Pow(from.Y - to.Y, 2)));
                time = Math.Max(time, (decimal)to.Opens);
                if (time > (decimal)to.Closes)
                    throw new InvalidDataException($"{Name}: {there} is reached at {time}, too late");
                score += (decimal)to.Score;
                here = there;
            }
        }
        return (int)score;
    }

    private int Scaled(double value) => (int)Math.Round(value * Scale);

    private decimal Truncated(double distance) => decimal.Truncate((decimal)(distance * Scale)) / Scale;
}
