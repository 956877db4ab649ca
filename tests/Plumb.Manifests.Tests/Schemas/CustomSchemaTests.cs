using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Tests.Schemas;

public sealed class CustomSchemaTests
{
    [Theory]
    [InlineData("""{"a":{"type":"string"}}""", """{"a":1}""", "FieldValueTypeInvalid|spec.a|Invalid value: \"integer\": spec.a in body must be of type string: \"integer\"")]
    [InlineData("""{"a":{"type":"integer"}}""", """{"a":"x"}""", "FieldValueTypeInvalid|spec.a|Invalid value: \"string\": spec.a in body must be of type integer: \"string\"")]
    [InlineData("""{"a":{"type":"integer"}}""", """{"a":1.5}""", "FieldValueTypeInvalid|spec.a|Invalid value: \"number\": spec.a in body must be of type integer: \"number\"")]
    [InlineData("""{"a":{"type":"number"}}""", """{"a":1}""", "")]
    [InlineData("""{"a":{"type":"integer","minimum":1,"maximum":10}}""", """{"a":0}""", "FieldValueInvalid|spec.a|Invalid value: 0: spec.a in body should be greater than or equal to 1")]
    [InlineData("""{"a":{"type":"integer","minimum":1,"maximum":10}}""", """{"a":11}""", "FieldValueInvalid|spec.a|Invalid value: 11: spec.a in body should be less than or equal to 10")]
    [InlineData("""{"a":{"type":"string","pattern":"^(\\d+|\\*)$"}}""", """{"a":"x"}""", "FieldValueInvalid|spec.a|Invalid value: \"x\": spec.a in body should match '^(\\d+|\\*)$'")]
    [InlineData("""{"a":{"type":"string","enum":["x","y"]}}""", """{"a":"z"}""", "FieldValueNotSupported|spec.a|Unsupported value: \"z\": supported values: \"x\", \"y\"")]
    [InlineData("""{"a":{"type":"string","maxLength":2}}""", """{"a":"zzz"}""", "FieldValueTooLong|spec.a|Too long: may not be more than 2 bytes")]
    [InlineData("""{"a":{"type":"string","minLength":2}}""", """{"a":"z"}""", "FieldValueInvalid|spec.a|Invalid value: \"z\": spec.a in body should be at least 2 chars long")]
    [InlineData("""{"a":{"type":"array","items":{"type":"string"},"maxItems":1}}""", """{"a":["x","y"]}""", "FieldValueTooMany|spec.a|Too many: 2: must have at most 1 items")]
    [InlineData("""{"a":{"type":"array","items":{"type":"string"}}}""", """{"a":["x",1]}""", "FieldValueTypeInvalid|spec.a[1]|Invalid value: \"integer\": spec.a[1] in body must be of type string: \"integer\"")]
    [InlineData("""{"a":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}}""", """{"a":["x","x"]}""", "FieldValueDuplicate|spec.a[1]|Duplicate value: \"x\"")]
    [InlineData("""{"a":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["n"],"items":{"type":"object","required":["n"],"properties":{"n":{"type":"string"},"v":{"type":"integer"}}}}}""", """{"a":[{"n":"x","v":1},{"n":"x"}]}""", "FieldValueDuplicate|spec.a[1]|Duplicate value: map[string]interface {}{\"n\":\"x\"}")]
    [InlineData("""{"a":{"type":"object","required":["b"],"properties":{"b":{"type":"string"}}}}""", """{"a":{}}""", "FieldValueRequired|spec.a.b|Required value")]
    [InlineData("""{"a":{"x-kubernetes-int-or-string":true}}""", """{"a":"10%"}""", "")]
    [InlineData("""{"a":{"x-kubernetes-int-or-string":true}}""", """{"a":true}""", "FieldValueTypeInvalid|spec.a|Invalid value: \"boolean\": spec.a in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"a":{"type":"string","nullable":true}}""", """{"a":null}""", "")]
    [InlineData("""{"a":{"type":"string"}}""", """{"a":null}""", "FieldValueTypeInvalid|spec.a|Invalid value: \"null\": spec.a in body must be of type string: \"null\"")]
    [InlineData("""{"a":{"type":"object","additionalProperties":{"type":"integer"}}}""", """{"a":{"k":"v"}}""", "FieldValueTypeInvalid|spec.a.k|Invalid value: \"string\": spec.a.k in body must be of type integer: \"string\"")]
    [InlineData("""{"a":{"type":"string","format":"date-time"}}""", """{"a":"yesterday"}""", "FieldValueTypeInvalid|spec.a|Invalid value: \"yesterday\": spec.a in body must be of type date-time: \"yesterday\"")]
    [InlineData("""{"a":{"type":"string","oneOf":[{"pattern":"^x"},{"pattern":"y$"}]}}""", """{"a":"xy"}""", "FieldValueInvalid|spec.a|Invalid value: \"\": \"spec.a\" must validate one and only one schema (oneOf). Found 2 valid alternatives")]
    [InlineData("""{"a":{"type":"string","not":{"enum":["x"]}}}""", """{"a":"x"}""", "FieldValueInvalid|spec.a|Invalid value: \"\": \"spec.a\" must not validate the schema (not)")]
    public void Validate_UsesTheWordsOfTheApiServer(string properties, string spec, string expected)
    {
        var schema = Spec(properties, out var problems);
        problems.ShouldBeEmpty();
        var faults = SchemaWalk.Validate(Map($$"""{"spec":{{spec}}}"""), schema);
        string.Join('\n', faults.Select(f => $"{f.Reason}|{f.Field}|{f.Message}")).ShouldBe(expected);
    }

    [Fact]
    public void Read_AddsWhatEveryObjectHas()
    {
        var schema = Spec("{}", out _);
        var root = Map("""{"apiVersion":"a/v1","kind":"A","metadata":{"name":"x","labels":{"a":"b"},"foo":1},"spec":{"b":1},"status":{}}""");
        SchemaWalk.Prune(root, schema).ShouldBe(["metadata.foo", "spec.b", "status"], ignoreOrder: true);
        ((Node)root).ShouldBe(Json.Parse("""{"apiVersion":"a/v1","kind":"A","metadata":{"name":"x","labels":{"a":"b"}},"spec":{}}"""));
    }

    [Fact]
    public void Read_KeepsAllWithoutASchema()
    {
        var schema = CustomSchema.Read(default, false, []);
        SchemaWalk.Prune(Map("""{"spec":{"x":{"y":1}}}"""), schema).ShouldBeEmpty();
    }

    [Fact]
    public void Prune_KeepsUnknownFieldsWhereTheSchemaSaysSo()
    {
        var schema = Spec("""{"a":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"b":{"type":"object"}}},"c":{"type":"object"}}""", out _);
        var root = Map("""{"spec":{"a":{"any":{"thing":1},"b":{"gone":1}},"c":{"gone":1}}}""");
        SchemaWalk.Prune(root, schema).ShouldBe(["spec.a.b.gone", "spec.c.gone"]);
    }

    [Fact]
    public void Prune_KnowsEmbeddedObjects()
    {
        var schema = Spec("""{"t":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"spec":{"type":"object"}}}}""", out var problems);
        problems.ShouldBeEmpty();
        var root = Map("""{"spec":{"t":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","zzz":1},"spec":{},"zzz":1}}}""");
        SchemaWalk.Prune(root, schema).ShouldBe(["spec.t.metadata.zzz", "spec.t.zzz"]);
    }

    [Fact]
    public void ApplyDefaults_FillsMissingAndNullFields()
    {
        var schema = Spec("""{"a":{"type":"integer","default":1},"b":{"type":"integer","default":2},"c":{"type":"string","nullable":true,"default":"x"},"l":{"type":"array","items":{"type":"object","properties":{"d":{"type":"boolean","default":true}}}},"m":{"type":"object","additionalProperties":{"type":"object","properties":{"e":{"type":"string","default":"y"}}}},"o":{"type":"object","default":{},"properties":{"p":{"type":"string","default":"q"}}}}""", out _);
        var root = Map("""{"spec":{"a":5,"b":null,"c":null,"l":[{},{"d":false}],"m":{"k":{}}}}""");
        SchemaWalk.Normalize(root, schema);
        SchemaWalk.ApplyDefaults(root, schema);
        ((Node)root["spec"]).ShouldBe(Json.Parse("""{"a":5,"b":2,"c":null,"l":[{"d":true},{"d":false}],"m":{"k":{"e":"y"}},"o":{"p":"q"}}"""));
    }

    [Fact]
    public void Normalize_DropsNullsThatTheSchemaDoesNotAllow()
    {
        var schema = Spec("""{"a":{"type":"string"},"b":{"type":"string","nullable":true}}""", out _);
        var root = Map("""{"spec":{"a":null,"b":null}}""");
        SchemaWalk.Normalize(root, schema);
        ((Node)root["spec"]).ShouldBe(Json.Parse("""{"b":null}"""));
    }

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"object"}}}""", "openAPIV3Schema.type: Required value: must not be empty at the root")]
    [InlineData("""{"type":"object","properties":{"a":{}}}""", "openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array"}}}""", "openAPIV3Schema.properties[a].items: Required value: must be specified")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{}}}}""", "openAPIV3Schema.properties[a].items.type: Required value: must not be empty for specified array items")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","anyOf":[{"type":"string"}]}}}""", "openAPIV3Schema.properties[a].anyOf[0].type: Forbidden: must be empty to be structural")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", "openAPIV3Schema.additionalProperties: Forbidden: must not be used at the root")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","x-kubernetes-list-type":"map","items":{"type":"object"}}}}""", "openAPIV3Schema.properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["n"],"items":{"type":"object","properties":{"n":{"type":"string"}}}}}}""", "openAPIV3Schema.properties[a].items.properties[n].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")]
    public void Read_SaysWhatIsNotStructural(string schema, string problem)
    {
        var problems = new List<string>();
        CustomSchema.Read(Json.Parse(schema), false, problems);
        problems.ShouldBe([problem]);
    }

    [Theory]
    [InlineData("^a$", "a", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData("^[[:alpha:]]+$", "abc", true)]
    [InlineData("^(?P<x>a)$", "a", true)]
    [InlineData(@"^[\w.-]+$", "a.b-c_1", true)]
    [InlineData(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", "example.com", true)]
    [InlineData(@"\Qa.b\E", "a.b", true)]
    [InlineData(@"\Qa.b\E", "axb", false)]
    public void Patterns_MeanWhatTheyMeanInGo(string pattern, string text, bool matches) =>
        Re2.TryCompile(pattern, out _).ShouldNotBeNull().IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData("a(?=b)")]
    [InlineData("(")]
    [InlineData(@"(a)\1")]
    public void Patterns_ThatGoRefusesAreProblems(string pattern)
    {
        Re2.TryCompile(pattern, out var problem).ShouldBeNull();
        problem.ShouldNotBeNull();
    }

    internal static Schema Spec(string properties, out List<string> problems)
    {
        problems = [];
        return CustomSchema.Read(
            Json.Parse($$$$"""{"type":"object","properties":{"spec":{"type":"object","properties":{{{{properties}}}}}}}"""), false, problems);
    }

    private static MapNode Map(string text) => Json.Parse(text).AsMap()!;
}
