using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>The OpenAPI document of the API, which a test holds against the running server and against <c>docs/openapi.json</c>.</summary>
internal static class ApiDocument
{
    /// <summary>Where it is.</summary>
    public const string Path = "/api/v1/openapi.json";

    private const string Name = "v1";
    private const string Scheme = "token";

    /// <summary>Parameters of a query that an address understands.</summary>
    private sealed record QueryParameters(IReadOnlyList<string> Names);

    /// <summary>Says which parameters of a query an address understands.</summary>
    public static RouteHandlerBuilder Parameters(this RouteHandlerBuilder route, params string[] names) => route.WithMetadata(new QueryParameters(names));

    public static void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddOpenApi(Name, options =>
        {
            // HEAD is GET without a body and needs no words of its own.
            options.ShouldInclude = description =>
                description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true && description.HttpMethod != HttpMethods.Head;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Plumb",
                    Version = Name,
                    Description = "Keeps clusters equal to Git. Refusals are problem details (RFC 9457); documents carry an ETag and answer If-None-Match.",
                };
                document.Servers = [];
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of an account or of a project's role." },
                };
                document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                operation.Parameters ??= [];
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                foreach (var part in RoutePatternFactory.Parse("/" + context.Description.RelativePath).Parameters)
                    operation.Parameters.Add(new OpenApiParameter { Name = part.Name, In = ParameterLocation.Path, Required = true, Schema = Text() });
                foreach (var name in metadata.OfType<QueryParameters>().SelectMany(q => q.Names))
                    operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Schema = Text() });
                return Task.CompletedTask;
            });
        });
    }

    public static void Map(WebApplication app) => app.MapOpenApi("/api/{documentName}/openapi.json");

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
}
