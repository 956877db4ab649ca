using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Tests.Running;

/// <summary>What a host relies on.</summary>
public sealed class HostTests
{
    private static readonly GoType Files = GoType.Named(
        "engine.files",
        GoType.Map(GoType.ByteSlice),
        new GoFunction("Get", [GoType.Any, GoType.String], static (_, a) =>
            GoValue.From(a[0].Map.TryGet(a[1].Text, out var file)
                ? System.Text.Encoding.UTF8.GetString([.. file.List.ToArray().Select(b => (byte)b.Uint)]) : "")));

    [Fact]
    public void AMapOfANamedType_HasMethodsAndEntries()
    {
        var files = new GoMap(Files) { ["a.txt"] = GoValue.From(GoList.Of("hi"u8.ToArray())) };
        var data = GoValue.From(new GoMap { ["Files"] = GoValue.From(files) });
        TemplateRun.Of("{{.Files.Get \"a.txt\"}}|{{\"a.txt\" | .Files.Get}}|{{len .Files}}|{{printf \"%T\" .Files}}", data)
            .ShouldBe("hi|hi|1|engine.files");
        TemplateRun.Of("{{.Files.Get}}", data)
            .ShouldBe("template: t:1:8: executing \"t\" at <.Files.Get>: wrong number of args for Get: want 1 got 0");
        TemplateRun.Of("{{.Files.Get 1}}", data)
            .ShouldBe("template: t:1:13: executing \"t\" at <1>: expected string; found 1");
    }

    [Fact]
    public void AStruct_HasFieldsAndMethodsAndNoOthers()
    {
        var data = GoValue.From(new GoMap { ["Chart"] = GoValue.From(new Metadata()) });
        TemplateRun.Of("{{.Chart.Name}} {{.Chart.Shout \"!\"}} {{.Chart}} {{printf \"%+v\" .Chart}}", data)
            .ShouldBe("web WEB! &{web 1} &{Name:web Revision:1}");
        TemplateRun.Of("{{.Chart.Nope}}", data)
            .ShouldBe("template: t:1:8: executing \"t\" at <.Chart.Nope>: can't evaluate field Nope in type interface {}");
        TemplateRun.Of("{{with .Chart}}{{.Nope}}{{end}}", data)
            .ShouldBe("template: t:1:17: executing \"t\" at <.Nope>: can't evaluate field Nope in type *chart.Metadata");
        TemplateRun.Of("{{.Chart.Name 1}}", data)
            .ShouldBe("template: t:1:8: executing \"t\" at <.Chart.Name>: Name has arguments but cannot be invoked as function");
    }

    [Fact]
    public void AnError_KeepsItsChain()
    {
        var set = new TemplateSet(TemplateRun.Functions, new TemplateOptions { Name = "gotpl" });
        set.Parse("a", "{{include \"b\" .}}");
        set.Parse("b", "\n {{.x.y}}");
        var data = GoValue.From(new GoMap { ["x"] = GoValue.From("s") });
        var error = Should.Throw<TemplateExecError>(() => new Execution(set).Execute("a", data));
        error.Message.ShouldBe(
            "template: a:1:2: executing \"a\" at <include \"b\" .>: error calling include: "
            + "template: b:2:5: executing \"b\" at <.x.y>: can't evaluate field y in type interface {}");
        error.TemplateName.ShouldBe("a");
        error.Wrapped.ShouldBeOfType<TemplateExecError>().TemplateName.ShouldBe("b");
        Should.Throw<GoError>(() => new Execution(set).Execute("c", data)).Message.ShouldBe(
            "template: no template \"c\" associated with template \"gotpl\"");
    }

    [Fact]
    public void ARunText_SeesTheSetAndKeepsItsDefinitionsToItself()
    {
        var set = new TemplateSet(TemplateRun.Functions);
        set.Parse("a", "{{define \"x\"}}outer{{end}}{{tpl \"{{define `x`}}inner{{end}}{{include `x` .}}\" .}} {{include \"x\" .}}");
        new Execution(set).Execute("a", default).ShouldBe("inner outer");
    }

    [Fact]
    public void AnEmptyDefinition_DoesNotReplaceOne()
    {
        var set = new TemplateSet(TemplateRun.Functions);
        set.Parse("a", "{{define \"x\"}}first{{end}}");
        set.Parse("b", "{{define \"x\"}} {{end}}");
        new Execution(set).Execute("x", default).ShouldBe("first");
        set.Parse("c", "{{define \"x\"}}third{{end}}");
        new Execution(set).Execute("x", default).ShouldBe("third");
    }

    [Theory]
    [InlineData(MissingKey.Invalid, "<no value>")]
    [InlineData(MissingKey.Zero, "<no value>")]
    [InlineData(MissingKey.Error, "template: t:1:2: executing \"t\" at <.x>: map has no entry for key \"x\"")]
    public void AnAbsentKey_IsWhatTheOptionSays(MissingKey option, string expected) =>
        TemplateRun.Of("{{.x}}", GoValue.From(new GoMap()), new TemplateOptions { MissingKey = option }).ShouldBe(expected);

    [Fact]
    public void Delimiters_CanBeOthers() =>
        TemplateRun.Of("{{.}} <<- .>>", GoValue.From(1), new TemplateOptions { LeftDelimiter = "<<", RightDelimiter = ">>" })
            .ShouldBe("{{.}}1");

    [Fact]
    public void RunsInManyThreads_DoNotDisturbEachOther()
    {
        var set = new TemplateSet(TemplateRun.Functions);
        set.Parse("a", "{{range $i, $e := until 50}}{{include \"b\" (add $i $)}}{{end}}"
            + "{{define \"b\"}}{{regexReplaceAll \"0\" (toString .) \"o\"}},{{end}}");
        var expected = Enumerable.Range(0, 8).Select(i => new Execution(set).Execute("a", GoValue.From(i))).ToArray();
        Parallel.For(0, 64, i => new Execution(set).Execute("a", GoValue.From(i % 8)).ShouldBe(expected[i % 8]));
    }

    private sealed class Metadata : GoObject
    {
        private static readonly GoType Pointer = GoType.Pointer(
            GoType.Struct("chart.Metadata"),
            new GoFunction("Shout", [GoType.Any, GoType.String], static (_, a) => GoValue.From("WEB" + a[1].Text)));

        public override GoType Type => Pointer;

        public override IReadOnlyList<string> FieldNames => ["Name", "Revision"];

        public override bool TryGetField(string name, out GoValue value)
        {
            value = name switch { "Name" => GoValue.From("web"), "Revision" => GoValue.From(1), _ => default };
            return !value.IsNil;
        }
    }
}
