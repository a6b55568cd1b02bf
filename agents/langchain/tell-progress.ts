import type { CallbackHandlerMethods } from '@langchain/core/callbacks/base'
import type { SkillContext } from '../sdk/define.ts'

/**
 * LangChain callbacks that tell whoever follows the task which model is asked and which tool is used. Names only: those
 * who may watch need not be those who may read the payload.
 */
export function tellProgress({ progress }: SkillContext): CallbackHandlerMethods {
  return {
    handleChatModelStart(_model, _messages, _runId, _parentRunId, _params, _tags, metadata) {
      progress(`asks ${metadata?.ls_model_name ?? 'a model'}`)
    },
    handleToolStart(_tool, _input, _runId, _parentRunId, _tags, _metadata, name) {
      progress(`uses ${name ?? 'a tool'}`)
    },
    handleCustomEvent: name => progress(name),
  }
}
