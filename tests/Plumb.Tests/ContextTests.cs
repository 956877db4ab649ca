using Plumb.Commands;
using Plumb.Commands.Contexts;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary>The file of contexts, and which server and token are chosen.</summary>
public sealed class ContextTests : IDisposable
{
    private static readonly ServerContext Prod = new() { Name = "prod", Server = "https://prod.example.com", Token = "token-of-prod" };
    private static readonly ServerContext Test = new() { Name = "test", Server = "https://test.example.com:8443", Token = "token-of-test", CaFile = "/ca.pem" };
    private static readonly ServerContext Plain = new() { Name = "plain", Server = "http://plain.example.com", Token = "token-of-plain", InsecureHttp = true };
    private static readonly ContextSet All = new() { Contexts = [Plain, Prod, Test] };

    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-tests-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ContextFile File => ContextFile.OfUser(name => name == "XDG_CONFIG_HOME" ? _folder : null);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TheFile_IsForItsOwnersEyesOnly_AndReadAsItWasWritten()
    {
        await File.WriteAsync(All with { Current = "prod" }, Ct);

        File.Path.ShouldBe(Path.Combine(_folder, "plumb", "contexts.json"));
        FileModes.Of(File.Path).ShouldBe(FileModes.Own);
        FileModes.Of(Path.GetDirectoryName(File.Path)!).ShouldBe(FileModes.OwnFolder);
        File.Read().Contexts.ShouldBe(All.Contexts);
        File.Read().Current.ShouldBe("prod");
        File.IsOpenToOthers().ShouldBeFalse();
    }

    [Fact]
    public async Task TheFile_IsReplacedAsAWhole_WithItsModeMended()
    {
        await File.WriteAsync(All, Ct);
        FileModes.Set(File.Path, FileModes.Own | UnixFileMode.GroupRead);
        File.IsOpenToOthers().ShouldBeTrue();
        // Who has it open reads the old one to its end: it is not written over.
        using var reader = new StreamReader(File.Path);

        await File.WriteAsync(ContextSet.Empty, Ct);

        (await reader.ReadToEndAsync(Ct)).ShouldContain("token-of-prod");
        File.Read().Contexts.ShouldBeEmpty();
        File.IsOpenToOthers().ShouldBeFalse();
        Directory.GetFiles(Path.GetDirectoryName(File.Path)!).ShouldBe([File.Path]);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("{\"contexts\": [{\"name\": \"a\", \"server\": \"https://x.example.com\"}]}", 1)]
    public void WhatAFileLeavesOut_HasItsDefault(string text, int count)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File.Path)!);
        System.IO.File.WriteAllText(File.Path, text);

        var set = File.Read();

        set.Current.ShouldBe("");
        set.Contexts.ShouldBe(Enumerable.Repeat(new ServerContext { Name = "a", Server = "https://x.example.com" }, count));
        new DestinationRules("https://x.example.com", null, _ => null).Choose(set).Token.ShouldBe("");
    }

    [Fact]
    public void NoFile_IsNoContexts() => File.Read().Contexts.ShouldBeEmpty();

    [Theory]
    [InlineData("", "it is not the JSON that it should be|line 1 is not what it should be")]
    [InlineData("null", "it is empty")]
    [InlineData("{\n\"contexts\": [{\"name\": \"a\",", "line 2 is not what it should be")]
    [InlineData("{\"contexts\": [{\"name\": \"a\"}]}", "line 1 is not what it should be|it is not the JSON that it should be")]
    [InlineData("{\"contexts\": [{\"name\": null, \"server\": \"https://x\"}]}", "line 1 is not what it should be")]
    [InlineData("{\"contexts\": [null]}", "a context has no name")]
    [InlineData("{\"contexts\": [{\"name\": \"a\", \"server\": \"ftp://x\", \"token\": \"hunter2\"}]}", "the context a has no address of a server")]
    [InlineData("{\"contexts\": [{\"name\": \"a\", \"server\": \"https://x\"}, {\"name\": \"a\", \"server\": \"https://y\"}]}", "there are two contexts a")]
    [InlineData("{\"current\": \"b\", \"contexts\": []}", "its current context b is not there")]
    public void ADamagedFile_IsOneClearError_ThatRepeatsNothingOfIt(string text, string why)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File.Path)!);
        System.IO.File.WriteAllText(File.Path, text);

        var fault = Should.Throw<UsageException>(() => File.Read());

        fault.Message.ShouldMatch($"^the file of contexts {System.Text.RegularExpressions.Regex.Escape(File.Path)} is damaged: ({why})\\. Mend it, or remove it");
        fault.Message.ShouldNotContain("hunter2");
    }

    /// <summary>--server, --context, PLUMB_SERVER, PLUMB_CONTEXT, PLUMB_TOKEN, current context; then the server and the token that come of them.</summary>
    public static TheoryData<string?, string?, string?, string?, string?, string, string, string> Precedence => new()
    {
        { null, null, null, null, null, "", "http://127.0.0.1:8484/", "" },
        { null, null, null, null, null, "prod", "https://prod.example.com/", "token-of-prod" },
        { null, null, null, "test", null, "prod", "https://test.example.com:8443/", "token-of-test" },
        { null, null, "https://ci.example.com", "test", null, "prod", "https://ci.example.com/", "" },
        { null, "test", "https://ci.example.com", null, null, "prod", "https://test.example.com:8443/", "token-of-test" },
        { "https://other.example.com", null, "https://ci.example.com", null, null, "prod", "https://other.example.com/", "" },
        // A token of a context goes to its origin, however that is named, and to no other.
        { "https://prod.example.com/", null, null, null, null, "", "https://prod.example.com/", "token-of-prod" },
        { "https://PROD.example.com:443/plumb", null, null, null, null, "", "https://prod.example.com/plumb/", "token-of-prod" },
        { "https://prod.example.com:444", null, null, null, null, "prod", "https://prod.example.com:444/", "" },
        { "http://prod.example.com", null, null, null, null, "prod", "http://prod.example.com/", "" },
        { "https://prod.example.com.evil.example", null, null, null, null, "prod", "https://prod.example.com.evil.example/", "" },
        { null, null, "https://prod.example.com", null, null, "", "https://prod.example.com/", "token-of-prod" },
        // PLUMB_TOKEN is for the server of PLUMB_SERVER, else of PLUMB_CONTEXT, else of --server.
        { null, null, "https://ci.example.com", null, "given", "", "https://ci.example.com/", "given" },
        { null, null, "https://prod.example.com", null, "given", "prod", "https://prod.example.com/", "given" },
        { "https://other.example.com", null, "https://ci.example.com", null, "given", "", "https://other.example.com/", "" },
        { "https://ci.example.com/", null, "https://ci.example.com", null, "given", "", "https://ci.example.com/", "given" },
        { null, "prod", "https://ci.example.com", null, "given", "", "https://prod.example.com/", "token-of-prod" },
        { null, null, null, "test", "given", "prod", "https://test.example.com:8443/", "given" },
        { null, "prod", null, "test", "given", "", "https://prod.example.com/", "token-of-prod" },
        { "https://other.example.com", null, null, null, "given", "prod", "https://other.example.com/", "given" },
        { null, "prod", null, null, "given", "", "https://prod.example.com/", "token-of-prod" },
        { null, null, null, null, "given", "", "http://127.0.0.1:8484/", "given" },
        // Plain HTTP: to this machine always, elsewhere only when that was asked for once.
        { "http://localhost:9000", null, null, null, "given", "", "http://localhost:9000/", "given" },
        { null, "plain", null, null, null, "", "http://plain.example.com/", "token-of-plain" },
    };

    [Theory]
    [MemberData(nameof(Precedence))]
    public void ServerAndToken_AreChosenByTheRules(
        string? server, string? context, string? serverVariable, string? contextVariable, string? tokenVariable, string current, string address, string token)
    {
        var rules = new DestinationRules(server, context, name => name switch
        {
            DestinationRules.ServerVariable => serverVariable,
            DestinationRules.ContextVariable => contextVariable,
            DestinationRules.TokenVariable => tokenVariable,
            _ => null,
        });

        var chosen = rules.Choose(All with { Current = current });

        (chosen.Server.ToString(), chosen.Token).ShouldBe((address, token));
        chosen.CaFile.ShouldBe(address.StartsWith(Test.Server, StringComparison.Ordinal) ? "/ca.pem" : "");
        if (token.Length > 0) chosen.ToString().ShouldNotContain(token);
    }

    [Theory]
    [InlineData("--server and --context both say", "https://x.example.com", "prod", null, null, "")]
    [InlineData("there is no context nobody; known are plain, prod, test", null, "nobody", null, null, "")]
    [InlineData("PLUMB_TOKEN is set, but nothing says for which server", null, null, null, "hunter2", "prod")]
    [InlineData("the token of PLUMB_TOKEN would go to http://other.example.com over plain HTTP", "http://other.example.com", null, null, "hunter2", "")]
    [InlineData("what PLUMB_TOKEN holds is no token", "https://x.example.com", null, null, "hunter2\nX-Evil: 1", "")]
    [InlineData("the server's address nonsense is not a URL", "nonsense", null, null, null, "")]
    [InlineData("the server's address holds a name or password", "https://ada:hunter2@x.example.com", null, null, null, "")]
    public void WhatMustNotBe_IsRefusedWithoutTheSecret(string words, string? server, string? context, string? serverVariable, string? tokenVariable, string current)
    {
        var rules = new DestinationRules(server, context, name => name switch
        {
            DestinationRules.ServerVariable => serverVariable,
            DestinationRules.TokenVariable => tokenVariable,
            _ => null,
        });

        var fault = Should.Throw<UsageException>(() => rules.Choose(All with { Current = current }));

        fault.Message.ShouldStartWith(words);
        fault.Message.ShouldNotContain("hunter2");
    }
}
