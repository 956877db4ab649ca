using Plumb.Manifests.Documents;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.CustomKinds;

/// <summary>CEL rules of custom kinds: refused when they cannot be read, evaluated with the server's words otherwise.</summary>
public sealed class ValidationRulesTests : WireSandbox
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Widgets = "/apis/example.com/v1/namespaces/default/widgets";

    public static TheoryData<string, string, string, string> Cases => new()
    {
        // rule of spec, spec, message (empty: accepted), field of the cause
        { """{"rule":"self.min <= self.max"}""", """{"min":1,"max":2}""", "", "" },
        {
            """{"rule":"self.min <= self.max"}""", """{"min":3,"max":2}""",
            "spec: Invalid value: \"object\": failed rule: self.min <= self.max", "spec"
        },
        {
            """{"rule":"self.min <= self.max","message":"min above max"}""", """{"min":3,"max":2}""",
            "spec: Invalid value: \"object\": min above max", "spec"
        },
        {
            """{"rule":"self.min <= self.max","messageExpression":"'min ' + string(self.min) + ' above ' + string(self.max)"}""",
            """{"min":3,"max":2}""", "spec: Invalid value: \"object\": min 3 above 2", "spec"
        },
        {
            """{"rule":"self.min <= self.max","messageExpression":"self.nothing","message":"plain"}""",
            """{"min":3,"max":2}""", "spec: Invalid value: \"object\": plain", "spec"
        },
        {
            """{"rule":"self.min <= self.max","reason":"FieldValueForbidden","fieldPath":".min","message":"too much"}""",
            """{"min":3,"max":2}""", "spec.min: Forbidden: too much", "spec.min"
        },
        {
            """{"rule":"self.min > 0"}""", """{"max":2}""",
            "spec: Invalid value: \"object\": no such key: min evaluating rule: self.min > 0", "spec"
        },
        { """{"rule":"!has(self.min) || self.min > 0"}""", """{"max":2}""", "", "" },
        { """{"rule":"self.ratio < 1.5"}""", """{"ratio":1}""", "", "" },
        { """{"rule":"self.my__dash__name == 'x'"}""", """{"my-name":"x"}""", "", "" },
        { """{"rule":"self.min == oldSelf.min"}""", """{"min":1}""", "", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Rule_IsEvaluatedOnCreate(string rule, string spec, string message, string field)
    {
        await DefineAsync(rule, 201);
        var status = await CreateAsync(spec, message.Length == 0 ? 201 : 422);
        if (message.Length == 0) return;
        status["message"].AsString().ShouldBe($"Widget.example.com \"w\" is invalid: {message}");
        status["details"]["causes"][0]["field"].AsString().ShouldBe(field);
    }

    [Fact]
    public async Task TransitionRule_ComparesWithTheObjectBefore()
    {
        await DefineAsync("""{"rule":"self.min == oldSelf.min","message":"min is immutable"}""", 201);
        await CreateAsync("""{"min":1,"max":2}""", 201);
        await PatchAsync("""{"spec":{"max":3}}""", 200);
        (await PatchAsync("""{"spec":{"min":2}}""", 422))["message"].AsString()!.ShouldContain("spec: Invalid value: \"object\": min is immutable");
    }

    [Fact]
    public async Task OptionalOldSelf_IsThereOnCreate_WithoutValue()
    {
        await DefineAsync("""{"rule":"oldSelf.hasValue() || self.min == 1","optionalOldSelf":true,"message":"starts with 1"}""", 201);
        await CreateAsync("""{"min":2}""", 422);
        await CreateAsync("""{"min":1}""", 201);
        await PatchAsync("""{"spec":{"min":2}}""", 200);
    }

    [Fact]
    public async Task UnchangedValues_AreNotJudgedAgain()
    {
        await DefineAsync("""{"rule":"true"}""", 201);
        await CreateAsync("""{"min":5}""", 201);
        var name = Definitions + "/widgets.example.com";
        await SendAsync(HttpMethod.Patch, name, Json.Parse("""
            [{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations",
              "value":[{"rule":"self.min < 5"}]}]
            """), 200, "application/json-patch+json");
        await PatchAsync("""{"metadata":{"labels":{"a":"b"}}}""", 200);
        await PatchAsync("""{"spec":{"max":9}}""", 422);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { """{"rule":"self.min <"}""", "x-kubernetes-validations[0].rule: Invalid value: \"self.min <\": compilation failed" },
        { """{"rule":"other > 1"}""", "undeclared reference to 'other'" },
        { """{"rule":""}""", "x-kubernetes-validations[0].rule: Required value" },
        { """{"rule":"true","messageExpression":"("}""", "x-kubernetes-validations[0].messageExpression: Invalid value" },
        { """{"rule":"true","reason":"Bad"}""", "x-kubernetes-validations[0].reason: Unsupported value: \"Bad\"" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Rule_ThatCannotBeRead_IsRefusedWithItsDefinition(string rule, string why) =>
        (await DefineAsync(rule, 422))["message"].AsString()!.ShouldContain(why);

    [Fact]
    public async Task Cost_IsLimited()
    {
        await DefineAsync("""{"rule":"self.list.all(a, self.list.all(b, self.list.all(c, self.list.all(d, a + b + c + d >= 0))))"}""", 201);
        var list = string.Join(",", Enumerable.Range(0, 200));
        (await CreateAsync($$"""{"list":[{{list}}]}""", 422))["message"].AsString()!.ShouldContain("no further validation rules will be run");
    }

    private Task<Node> CreateAsync(string spec, int expected) => SendAsync(HttpMethod.Post, Widgets, new MapNode
    {
        ["apiVersion"] = "example.com/v1",
        ["kind"] = "Widget",
        ["metadata"] = new MapNode { ["name"] = "w" },
        ["spec"] = Json.Parse(spec),
    }, expected);

    private Task<Node> PatchAsync(string patch, int expected) =>
        SendAsync(HttpMethod.Patch, Widgets + "/w", Json.Parse(patch), expected, "application/merge-patch+json");

    private Task<Node> DefineAsync(string rule, int expected) => SendAsync(HttpMethod.Post, Definitions, Json.Parse("""
        {"metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
         "names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,
         "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":[RULE],
          "properties":{"min":{"type":"integer"},"max":{"type":"integer"},"ratio":{"type":"number"},"my-name":{"type":"string"},
           "list":{"type":"array","items":{"type":"integer"}}}}}}}}]}}
        """.Replace("RULE", rule)), expected);
}
