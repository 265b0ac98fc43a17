import type {
  EngineApi,
  GenerateRequest,
  GenerateResult,
  PredictResult,
  RowChoice,
} from '../../engine/process/protocol.ts';
import type { RunsService } from './runs.ts';

/** The use of what runs have learned. */
export class InferenceService {
  private readonly runs: RunsService;
  private readonly engine: EngineApi;

  constructor(runs: RunsService, engine: EngineApi) {
    this.runs = runs;
    this.engine = engine;
  }

  async predict(runId: string, rows: RowChoice): Promise<PredictResult> {
    return this.engine.predict({ ...(await this.runs.trained(runId)), rows });
  }

  async generate(
    runId: string,
    request: Pick<GenerateRequest, 'jobId' | 'settings' | 'rows'>,
  ): Promise<GenerateResult> {
    return this.engine.generate({ ...(await this.runs.trained(runId)), ...request });
  }

  async cancel(jobId: string): Promise<void> {
    await this.engine.cancelGenerate(jobId);
  }
}
