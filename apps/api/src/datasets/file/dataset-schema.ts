import {
  mappingSchema,
  orNull,
  propertySchema,
  type JsonSchema,
  type ShapeClass,
} from '../../config/json-schema.js';
import { DatasetsReader } from './dataset-file.js';
import { SOURCE_KINDS } from './source-kinds.js';
import { ColumnShape } from './column-shape.js';
import { DatasetShape, FileShape, ThrottleShape, TitleShape } from './dataset-shape.js';
import { TARGET_SHAPES } from './target-shape.js';
import { MOST_TESTS, RowTestShape } from '../../sources/rows/row-filter.js';
import { ExpectedShape } from './expected.js';
import { FreshByShape } from './fresh-by.js';
import { ChecksShape, RowChecksShape } from './checks.js';
import { FAIL, OnBadRowShape } from './on-bad-row.js';
import { ScheduleShape } from './schedule.js';
import { WebhookShape } from '../../webhooks/webhook-endpoint.js';
import { readYaml } from '../../config/yaml-document.js';

/**
 * The JSON Schema of a datasets file, for editors: draft 7, which their YAML servers know best.
 *
 * It is made from what validates the file, and refuses nothing that the file may have. It accepts more: names that
 * two datasets have, time zones and hosts that there are not, variables that are not set, and of a query all but that
 * it asks for the day.
 */
export function datasetsSchema(): JsonSchema {
  const title: JsonSchema = {
    anyOf: [propertySchema(TitleShape, 'zh'), mappingSchema(TitleShape), { type: 'null' }],
  };
  const type = propertySchema(ColumnShape, 'type');
  const columns: JsonSchema = {
    // Keys take nothing from the environment.
    propertyNames: propertySchema(ColumnShape, 'name', false),
    additionalProperties: { anyOf: [type, mappingSchema(ColumnShape)] },
  };
  const target: JsonSchema = {
    anyOf: Object.values(TARGET_SHAPES).map((Shape: ShapeClass) =>
      mappingSchema(Shape, { ...Shape.beyond?.properties, columns: { schema: columns } }),
    ),
  };
  const tests: JsonSchema = {
    type: 'array',
    minItems: 1,
    maxItems: MOST_TESTS,
    items: mappingSchema(RowTestShape),
  };
  const dataset = mappingSchema(DatasetShape, {
    title: { schema: title },
    source: {
      schema: { anyOf: sourceShapes().map((Shape) => mappingSchema(Shape)) },
      required: true,
    },
    target: { schema: target, required: true },
    where: { schema: orNull(tests) },
    throttle: { schema: orNull(mappingSchema(ThrottleShape)) },
    schedule: { schema: orNull(mappingSchema(ScheduleShape)) },
    expected: {
      schema: {
        anyOf: [
          propertySchema(ExpectedShape, 'rule', false),
          mappingSchema(ExpectedShape),
          { type: 'null' },
        ],
      },
    },
    fresh_by: {
      schema: {
        anyOf: [
          propertySchema(FreshByShape, 'time', false),
          mappingSchema(FreshByShape),
          { type: 'null' },
        ],
      },
    },
    on_bad_row: {
      schema: { anyOf: [{ enum: [FAIL] }, mappingSchema(OnBadRowShape), { type: 'null' }] },
    },
    checks: {
      schema: orNull(
        mappingSchema(ChecksShape, { rows: { schema: orNull(mappingSchema(RowChecksShape)) } }),
      ),
    },
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Daysync: datasets',
    ...mappingSchema(FileShape, {
      datasets: { schema: { items: dataset } },
      webhooks: { schema: { items: mappingSchema(WebhookShape) } },
    }),
  };
}

/** The shapes that the readers of the kinds check a source by, as they ask for them: a new kind is here by itself. */
function sourceShapes(): ShapeClass[] {
  return Object.entries(SOURCE_KINDS).flatMap(([name, kind]) => {
    const recorder = new ShapeRecorder(readYaml('', {}), '/');
    kind.read(recorder, { kind: name }, [], 'UTC');
    return [...recorder.asked];
  });
}

class ShapeRecorder extends DatasetsReader {
  readonly asked = new Set<ShapeClass>();

  override shape<Shape extends object>(Shape: ShapeClass<Shape>): Shape | undefined {
    this.asked.add(Shape);
    return undefined;
  }
}
