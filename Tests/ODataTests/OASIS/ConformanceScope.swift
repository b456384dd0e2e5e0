/// Which of OASIS's cases concern us. Everything else must parse, or must fail, as the file says.
enum ConformanceScope {
    /// The rules of the grammar that our parsers answer to.
    static let rules: Set<String> = [
        "boolCommonExpr", "boolcommonExpr", "commonExpr", "notExpr", "anyExpr", "firstMemberExpr", "filter", "orderby",
        "orderBy", "select", "expand", "queryOptions", "skiptoken", "customQueryOption", "odataRelativeUri",
        "resourcePath",
        "odataUri", "isofExpr", "stringLiteral", "enumLiteral", "durationLiteral", "guid", "primitiveLiteral",
        "int32Literal",
        "int64Literal", "decimalLiteral", "dateTimeOffsetLiteral", "null",
    ]

    /// Features that a governance API has no use for. A case whose text contains the pattern isn't ours.
    static let unsupported: [(pattern: String, reason: String)] = [
        (" add ", "arithmetic"), (" sub ", "arithmetic"), (" mul ", "arithmetic"), (" div ", "arithmetic"),
        (" divby ", "arithmetic"), (" mod ", "arithmetic"), ("-Price", "arithmetic"),
        ("[", "arrays as JSON: a list is written ('a','b')"), ("{", "objects as JSON"), ("%7B", "objects as JSON"),
        ("concat(", "text function that Graph lacks"), ("indexof(", "text function that Graph lacks"),
        ("substring(", "text function that Graph lacks"), ("trim(", "text function that Graph lacks"),
        ("matchesPattern(", "regular expressions: their cost is the attacker's to choose"),
        ("hassub", "collection functions of 4.01"), ("date(", "date part"), ("day(", "date part"),
        ("fractionalseconds(", "date part"), ("hour(", "date part"), ("datetime(", "date part"),
        ("minute(", "date part"),
        ("month(", "date part"), ("now(", "the clock: a client knows the time"), ("second(", "date part"),
        ("time(", "date part"), ("totaloffsetminutes(", "date part"), ("totalseconds(", "date part"),
        ("year(", "date part"),
        ("datetime%28", "date part"), ("now%28", "the clock: a client knows the time"), ("ceiling(", "arithmetic"),
        ("floor(", "arithmetic"), ("round(", "arithmetic"), ("cast(", "cast function"),
        ("Edm.Geography", "geography"), ("geo.", "geography"), ("geography'", "geography"), ("geometry'", "geography"),
        ("$root", "other entity sets in an expression"), ("$this", "4.01's $this"), ("$it,", "$it as a value"),
        ("$it eq", "$it as a value"), ("$it/Model", "functions in an expression"), ("$orderby=$it", "$it as a value"),
        ("Available()", "functions in an expression"), ("MostPopular", "functions in an expression"),
        ("Model.BestProduct()", "functions in an expression"), ("ProductsByColor(", "functions in an expression"),
        ("PhoneticallySimilar(", "functions in an expression"), ("Items(1)", "keys in an expression"),
        ("FirstName in (FirstName)", "'in' without a list"), ("in ()", "an empty list: Graph refuses it"),
        ("/$count(", "$count of a filtered collection"), ("/$filter(", "$filter as a path segment"),
        ("$orderby=Products/$count", "sorting by a count"), ("$orderby=Addresses/$count", "sorting by a count"),
        ("$orderby=Sizes/$count", "sorting by a count"), ("Cost ge Revenue", "sorting by an expression"),
        ("@Core", "annotations"), ("@Measures", "annotations"), ("@Namespace", "annotations"), ("/@", "annotations"),
        ("@Messages", "annotations"), ("levels=", "recursive $expand"), ("/$ref", "$expand of references"),
        ("expand=Items/$count", "$expand of a count"), ("expand=Address", "$expand by a path"),
        ("expand=*,*", "$expand by a path"), ("expand=$value", "$expand of streams"),
        ("expand=Products/", "$expand by a path"),
        ("expand=Model.", "$expand by a path"), ("expand=BestSellingProduct/", "$expand by a path"),
        ("select=Address(", "nested $select"), ("select=Addresses(", "nested $select"),
        ("Model.*", "operations in $select"),
        ("compute=", "$compute"), ("index=", "$index"),
        ("$format=json&$", "an option more than once"), ("$format=JSON&$", "an option more than once"),
        ("a%3Bb", "an encoded semicolon in $expand: the SDKs encode the separators too"),
        ("(categoryId=2)(2)", "a key after a function's arguments"),
    ]

    /// What OASIS's grammar refuses and we accept on purpose, or leave to whoever knows the schema.
    static let tolerated: [(input: String, reason: String)] = [
        ("$filter= true", "spaces at the ends of an expression"),
        ("$search=more&more", "a custom option without a value"),
        ("$skiptoken=Not&this", "a custom option without a value"),
        ("$search=#1", "a fragment never reaches a server"), ("$search=a;b", "$search is kept as text"),
        ("Customers('O%27Neil')", "stray quotes in keys: the Python SDK sends them"),
        (
            "$entity?$id=http://myservice/Customers('ALFKI')&$select=CompanyName,ContactName&$expand=Orders",
            "needs a schema"
        ),
        ("$entity?$format=json", "needs a schema"), ("Categories(1)/Products/$ref/$count", "needs a schema"),
        ("Categories(1)/Products(2)/$ref/$count", "needs a schema"), ("Model.Rejection", "needs a schema"),
        ("Categories/TheBestProduct()", "needs a schema"), ("Categories(1)/ID/$value/foo", "needs a schema"),
        ("Categories(1)/Address/$value", "needs a schema"), ("Categories(1)/Thumbnail/$value", "needs a schema"),
        ("Products/$count/foo", "needs a schema"), ("Categories(ID=wrong)", "needs a schema"),
        ("Products(1)/Model.BestSellingProduct/Model.BestSellingProduct", "needs a schema"),
        ("Products.('foo')", "needs a schema"), (".Products('foo')", "needs a schema"),
        ("http//My.Org/", "the HTTP layer's business"),
    ]
}
