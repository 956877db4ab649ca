using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.Tables;

/// <summary>What <c>kubectl get</c> shows of each built-in kind (<c>columns.txt</c>).</summary>
public sealed class ColumnsTests : WireSandbox
{
    private const string AsTable = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private static readonly IReadOnlyDictionary<string, string> Stated = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Tables", "columns.txt"))
        .Where(l => l.Length > 0 && l[0] != '#')
        .Select(l => l.Split(" | ", 2))
        .ToDictionary(l => l[0], l => l[1]);

    [Fact]
    public async Task EachKind_HasTheColumnsOfAServer()
    {
        var wrong = new List<string>();
        foreach (var (kind, stated) in Stated)
        {
            var shown = await ColumnsAsync(kind.Split(' ')[0], kind.Split(' ')[1]);
            if (shown != stated) wrong.Add($"{kind}: {shown}; stated: {stated}");
        }

        wrong.ShouldBeEmpty();
        Console.WriteLine($"columns of {Stated.Count} kinds compared");
    }

    [Fact]
    public void EveryBuiltInKindThatCanBeListed_IsInTheTable() =>
        BuiltInKinds.All.Where(k => k.Verbs.Contains("list")).Select(k => $"{k.Kind.ApiVersion} {k.Plural}")
            .Except(Stated.Keys).ShouldBeEmpty();

    private async Task<string> ColumnsAsync(string groupVersion, string plural)
    {
        var path = (groupVersion.Contains('/') ? "/apis/" : "/api/") + groupVersion + "/" + plural;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", AsTable);
        using var response = await Http.SendAsync(request, Ct);
        var table = Json.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Ct));
        return string.Join(" | ", table["columnDefinitions"].AsList()!.Select(Text));
    }

    private static string Text(Node column) =>
        (column["priority"].AsInt() == 1 ? "+" : "") + (column["format"] == "name" ? "!" : "") + column["name"].AsString()
        + (column["type"] == "string" ? "" : ":" + column["type"].AsString());
}
